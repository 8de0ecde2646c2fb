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
    $limit = 200000
    $events = New-Object -TypeName Collections.ArrayList
    $counts = @{ all = 0; over = 0 }
    Get-StepwiseEvent $channel "*[System[Provider[@Name='Microsoft-FileSync-Agent'] and (EventID=9900) and EventRecordID>$since]]" $limit $true | ForEach-Object {
        $counts['all']++
        if ($_.xml.IndexOf($wanted, [StringComparison]::OrdinalIgnoreCase) -ge 0) {
            if ($events.Count -lt $max) { $null = $events.Add($_.xml) } else { $counts['over']++ }
        }
    }
    # Behind the events: a log that was cleared between the two shows.
    $log = Get-StepwiseLog $channel
    $isComplete = $counts['all'] -lt $limit -and $counts['over'] -eq 0
    return [ordered] @{ log = $log; events = @($events.ToArray()); is_complete = $isComplete }
}
