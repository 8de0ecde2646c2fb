# script: filesync/sync-sessions
# args: {"channel":"Microsoft-FileSync-Agent/Telemetry","since_record_id":2,"path":"D:\\Shares\\Team","max":10}
# culture: C.UTF-8
$log = [Diagnostics.Eventing.Reader.Log]::new()
$log.Created = [DateTime]::SpecifyKind([DateTime] '2026-10-25T02:30:00', 'Utc')
foreach ($id in @(1, 2)) {
    $record = [Diagnostics.Eventing.Reader.EventRecord]::new()
    $record.RecordId = $id; $record.Id = 9102
    $record.Xml = "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><EventRecordID>$id</EventRecordID></System><EventData><Data Name='SyncGroupName'>&lt;CI&gt;Übung &amp; 1,5&lt;/CI&gt;</Data><Data Name='CorrelationId'>{11111111-2222-3333-4444-555555555555}</Data></EventData></Event>"
    $log.Records.Add($record)
}
[Diagnostics.Eventing.Reader.EventLogQuery]::Logs['Microsoft-FileSync-Agent/Telemetry'] = $log
$Standin.Files['C:\Program Files\Azure\StorageSyncAgent\FileSyncSvc.exe'] = '19.1.0.0'
$Standin.Files['C:\Program Files\Azure\StorageSyncAgent\StorageSync.Management.ServerCmdlets.dll'] = '19.1.0.0'
function Get-StorageSyncStatus { [CmdletBinding()] param([string] $ServerEndpointPath) }
