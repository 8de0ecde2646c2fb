# script: filesync/agent-facts
# args: {}
# culture: C.UTF-8
