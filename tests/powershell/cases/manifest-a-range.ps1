# script: filesync/manifest
# args: {"path":"D:\\Shares\\Team","after":"desktop.ini","max":2}
# culture: C.UTF-8
