# script: filesync/change-journal
# args: {"path":"D:\\Shares\\Team","journal_id":"18364758544493064720","since_usn":1024,"max":1}
# culture: C.UTF-8
