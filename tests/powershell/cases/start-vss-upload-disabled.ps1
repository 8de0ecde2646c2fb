# script: filesync/start-vss-upload
# args: {}
# culture: C.UTF-8
$Standin.Tasks['\Microsoft\StorageSync\VssSyncScheduledTask'] = @{ State = 'Disabled'; User = 'SYSTEM'; LastRun = $null; Result = $null }
$Standin.Errors['Start-ScheduledTask'] = @{ id = 'HRESULT 0x80041326'; category = 'NotSpecified'; text = 'Die Aufgabe ist deaktiviert.' }
