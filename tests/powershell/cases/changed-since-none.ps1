# script: filesync/changed-since
# args: {"path":"D:\\Shares\\Team","since":"2026-11-20T21:00:00.0000001Z","max":100}
# culture: de_DE.UTF-8
