# script: filesync/tiered-since
# args: {"path":"D:\\Shares\\Team","journal_id":"18364758544493064720","since_usn":1600,"max":10}
# culture: C.UTF-8
