# script: filesync/recall-state
# args: {"sync_group":"g","max":1}
# culture: C.UTF-8
$Standin.Tasks['\stepwise\Recall cd0aa9856147b6c5'] = @{ State = 'Running'; User = 'SYSTEM'; LastRun = [DateTime]::SpecifyKind([DateTime] '2026-11-20T21:00:00', 'Local'); Result = [uint32] 0 }
$Standin.Accounts['S-1-5-18'] = 'SYSTEM'
$Standin.Files['C:\ProgramData\stepwise\Recall cd0aa9856147b6c5.json'] = '{"started":"2026-11-20T20:00:00.1234567Z","ended":null,"message":null,"mark":{"channel":"Microsoft-FileSync-Agent/RecallResults","record_id":1,"created":"2026-10-25T02:30:00.0000000Z"}}'
$log = [Diagnostics.Eventing.Reader.Log]::new()
$log.Created = [DateTime]::SpecifyKind([DateTime] '2026-10-25T02:30:00', 'Utc')
foreach ($id in @(1, 2, 3, 4)) {
    $record = [Diagnostics.Eventing.Reader.EventRecord]::new()
    $record.RecordId = $id; $record.Id = 9006
    $record.Xml = "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><EventRecordID>$id</EventRecordID></System><EventData><Data Name='SyncGroupName'>&lt;CI&gt;Übung &amp; 1,5&lt;/CI&gt;</Data><Data Name='CorrelationId'>{11111111-2222-3333-4444-555555555555}</Data><Data Name='DataTransferHresult'>-2134364065</Data></EventData></Event>"
    $log.Records.Add($record)
}
[Diagnostics.Eventing.Reader.EventLogQuery]::Logs['Microsoft-FileSync-Agent/RecallResults'] = $log
