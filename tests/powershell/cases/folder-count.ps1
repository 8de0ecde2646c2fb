# script: windows/folder-count
# args: {"path":"D:\\Shares\\Team"}
# culture: C.UTF-8
