# script: filesync/never-synced
# args: {"path":"D:\\Gone","max":10}
# culture: C.UTF-8
