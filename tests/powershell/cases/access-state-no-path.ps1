# script: filesync/access-state
# args: {}
# culture: C.UTF-8
