# stepwise: filesync/item-results look with windows/envelope windows/eventlog
# Files that failed one by one in one session (event 9900 with the session's correlation id), oldest first, as XML.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.
Write-StepwiseAnswer {
    param([object] $Call)
    $channel = [string] $Call.channel
    $since = [int64] $Call.since_record_id
    $max = [int] $Call.max
    $wanted = ([string] $Call.correlation_id).Trim('{', '}')
    if ($wanted -notmatch '^[0-9A-Fa-f-]{36}$') { throw 'Stepwise.Input: the correlation id is no GUID' }
    $found = @(Get-StepwiseEvent $channel "*[System[Provider[@Name='Microsoft-FileSync-Agent'] and (EventID=9900) and EventRecordID>$since]]" 200000 $true)
    $log = Get-StepwiseLog $channel
    $events = @()
    $isComplete = $found.Count -lt 200000
    foreach ($record in $found) {
        $xml = [string] $record.ToXml()
        if ($xml.IndexOf($wanted, [StringComparison]::OrdinalIgnoreCase) -lt 0) { continue }
        if ($events.Count -ge $max) { $isComplete = $false; break }
        $events += $xml
    }
    return [ordered] @{ log = $log; events = @($events); is_complete = $isComplete }
}
