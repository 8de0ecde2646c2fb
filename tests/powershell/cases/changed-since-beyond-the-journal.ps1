# script: filesync/changed-since
# args: {"path":"D:\\Shares\\Team","since":"2026-11-01T00:00:00Z","max":2}
# culture: C.UTF-8
