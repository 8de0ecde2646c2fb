# script: filesync/sync-sessions
# args: {"channel":"Microsoft-FileSync-Agent/Telemetry","since_record_id":0,"path":"D:\\Shares\\Team","max":2}
# culture: C.UTF-8
