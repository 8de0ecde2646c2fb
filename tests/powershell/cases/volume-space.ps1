# script: filesync/volume-space
# args: {"path":"D:\\Shares\\Team"}
# culture: de_DE.UTF-8
