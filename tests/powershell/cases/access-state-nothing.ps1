# script: filesync/access-state
# args: {"path":"D:\\Shares\\Team"}
# culture: C.UTF-8
