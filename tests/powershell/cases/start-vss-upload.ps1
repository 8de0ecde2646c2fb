# script: filesync/start-vss-upload
# args: {}
# culture: C.UTF-8
$Standin.Tasks['\Microsoft\StorageSync\VssSyncScheduledTask'] = @{ State = 'Ready'; User = 'SYSTEM'; LastRun = $null; Result = $null }
