# script: filesync/change-journal
# args: {"path":"D:\\Shares\\Team","journal_id":"18364758544493064720","since_usn":1796,"max":100}
# culture: C.UTF-8
