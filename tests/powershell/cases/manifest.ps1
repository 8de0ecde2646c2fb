# script: filesync/manifest
# args: {"path":"D:\\Shares\\Team","after":"","max":100}
# culture: C.UTF-8
