# stepwise: filesync/sync-sessions look with windows/envelope windows/eventlog
# Sessions that ended behind a record of the agent's log (event 9102), oldest first, as XML; the agent's own account of sessions
# where it has Get-StorageSyncStatus (14 and later); the newest progress event 9302.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.
Write-StepwiseAnswer {
    param([object] $Call)
    $channel = [string] $Call.channel
    $since = [int64] $Call.since_record_id
    $max = [int] $Call.max
    $provider = "Provider[@Name='Microsoft-FileSync-Agent']"
    $found = @(Get-StepwiseEvent $channel "*[System[$provider and (EventID=9102) and EventRecordID>$since]]" ($max + 1) $true)
    $isComplete = $found.Count -le $max
    $events = @($found | Select-Object -First $max | ForEach-Object { $_.xml })
    # Behind the events: a log that was cleared between the two shows.
    $log = Get-StepwiseLog $channel
    $progress = $null
    foreach ($record in @(Get-StepwiseEvent $channel "*[System[$provider and (EventID=9302)]]" 1 $false)) { $progress = $record.xml }
    $status = $null
    $module = Join-Path -Path $env:ProgramFiles -ChildPath 'Azure\StorageSyncAgent\StorageSync.Management.ServerCmdlets.dll'
    if (Test-Path -LiteralPath $module) {
        Import-Module -Name $module
        if ($null -ne (Get-Command -Name 'Get-StorageSyncStatus' -ErrorAction SilentlyContinue)) {
            $status = @()
            # Times without a zone are taken for local: the caller believes a beginning only where the end is that of the event.
            foreach ($row in @(Get-StorageSyncStatus -ServerEndpointPath ([string] $Call.path))) {
                $status += [ordered] @{
                    SessionId = [string] $row.SessionId
                    SyncDirection = [string] $row.SyncDirection
                    SyncScenario = [string] $row.SyncScenario
                    StartTime = ConvertTo-StepwiseTime $row.StartTime
                    EndTime = ConvertTo-StepwiseTime $row.EndTime
                    HResult = $row.HResult
                    PerItemErrorTotalCount = $row.PerItemErrorTotalCount
                }
            }
        }
    }
    return [ordered] @{ log = $log; events = @($events); is_complete = $isComplete; status = $status; progress = $progress }
}
