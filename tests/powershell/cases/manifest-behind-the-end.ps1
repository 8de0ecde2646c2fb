# script: filesync/manifest
# args: {"path":"D:\\Shares\\Team","after":"😁","max":5}
# culture: C.UTF-8
