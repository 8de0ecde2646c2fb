# script: filesync/never-synced
# args: {"path":"D:\\Shares\\Team\\","max":1}
# culture: de_DE.UTF-8
