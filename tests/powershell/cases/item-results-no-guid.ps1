# script: filesync/item-results
# args: {"channel":"Microsoft-FileSync-Agent/ItemResults","since_record_id":0,"correlation_id":"*","max":1}
# culture: C.UTF-8
$log = [Diagnostics.Eventing.Reader.Log]::new()
$log.Created = [DateTime]::SpecifyKind([DateTime] '2026-10-25T02:30:00', 'Utc')
foreach ($id in @(1)) {
    $record = [Diagnostics.Eventing.Reader.EventRecord]::new()
    $record.RecordId = $id; $record.Id = 9900
    $record.Xml = "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><EventRecordID>$id</EventRecordID></System><EventData><Data Name='SyncGroupName'>&lt;CI&gt;Übung &amp; 1,5&lt;/CI&gt;</Data><Data Name='CorrelationId'>{11111111-2222-3333-4444-555555555555}</Data></EventData></Event>"
    $log.Records.Add($record)
}
[Diagnostics.Eventing.Reader.EventLogQuery]::Logs['Microsoft-FileSync-Agent/ItemResults'] = $log
