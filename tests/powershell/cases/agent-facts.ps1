# script: filesync/agent-facts
# args: {}
# culture: C.UTF-8
$Standin.Services = @([ordered] @{ Name = 'FileSyncSvc'; State = 'Running' })
$Standin.Files['C:\Program Files\Azure\StorageSyncAgent\FileSyncSvc.exe'] = '19.1.0.0'
$Standin.Files['C:\Program Files\Azure\StorageSyncAgent\StorageSync.Management.ServerCmdlets.dll'] = '19.1.0.0'
function Get-StorageSyncStatus {}
$Standin.Server = [pscustomobject] @{ ServerId = [guid] '7a0c3d52-0000-4000-8000-000000000001'; CertificateExpirationDate = [DateTime]::SpecifyKind([DateTime] '2027-02-01T00:00:00', 'Utc') }
