# script: filesync/tiered-scan
# args: {"path":"D:\\Gone","max":10}
# culture: C.UTF-8
