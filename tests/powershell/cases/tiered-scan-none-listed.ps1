# script: filesync/tiered-scan
# args: {"path":"D:\\Shares\\Team","max":0}
# culture: C.UTF-8
