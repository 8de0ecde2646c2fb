# script: filesync/never-synced
# args: {"path":"D:\\Shares\\Team\\Deep","max":10}
# culture: C.UTF-8
