# script: filesync/agent-facts
# args: {}
# culture: C.UTF-8
$Standin.Services = @([ordered] @{ Name = 'FileSyncSvc'; State = 'Running' })
$Standin.Files['C:\Program Files\Azure\StorageSyncAgent\FileSyncSvc.exe'] = '19.1.0.0'
$Standin.Files['C:\Program Files\Azure\StorageSyncAgent\StorageSync.Management.ServerCmdlets.dll'] = '19.1.0.0'
$Standin.Errors['Get-StorageSyncServer'] = @{ id = 'x'; category = 'NotSpecified'; text = 'nicht registriert' }
