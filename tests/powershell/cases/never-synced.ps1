# script: filesync/never-synced
# args: {"path":"D:\\Shares\\Team","max":100}
# culture: C.UTF-8
