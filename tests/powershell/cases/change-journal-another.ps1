# script: filesync/change-journal
# args: {"path":"D:\\Shares\\Team","journal_id":"1","since_usn":1024,"max":1}
# culture: C.UTF-8
