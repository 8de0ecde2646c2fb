# script: filesync/changed-since
# args: {"path":"D:\\Shares\\Team","since":"2026-11-20T20:00:00.1234567Z","max":100}
# culture: C.UTF-8
