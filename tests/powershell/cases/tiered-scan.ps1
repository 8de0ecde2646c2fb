# script: filesync/tiered-scan
# args: {"path":"D:\\Shares\\Team","max":10}
# culture: C.UTF-8
