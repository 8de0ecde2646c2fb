# script: windows/folder-count
# args: {"path":"D:\\Gone"}
# culture: C.UTF-8
