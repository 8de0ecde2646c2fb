# script: filesync/close-open-files
# args: {"path":"D:\\Shares\\Team"}
# culture: C.UTF-8
