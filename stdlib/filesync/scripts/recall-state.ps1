# stepwise: filesync/recall-state look with windows/envelope windows/eventlog filesync/recall-job
# State of the recall task of a sync group, what it wrote down, and the results in the agent's log since it began.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.
Write-StepwiseAnswer {
    param([object] $Call)
    $channel = 'Microsoft-FileSync-Agent/RecallResults'
    $limit = 200000
    $recall = Get-StepwiseRecall ([string] $Call.sync_group)
    $state = 'Absent'
    $lastRun = $null
    $lastResult = $null
    foreach ($task in @(Get-ScheduledTask -TaskPath $recall['folder'] -TaskName $recall['task'] -ErrorAction SilentlyContinue)) {
        $info = Get-ScheduledTaskInfo -TaskPath $recall['folder'] -TaskName $recall['task']
        $state = [string] $task.State
        $lastResult = [int64] $info.LastTaskResult
        if ($null -ne $info.LastRunTime -and $info.LastRunTime.Year -gt 2000) { $lastRun = ConvertTo-StepwiseTime $info.LastRunTime }
    }
    $job = $null
    if (Test-Path -LiteralPath $recall['file']) { $job = ConvertFrom-Json -InputObject (Get-Content -LiteralPath $recall['file'] -Raw) }
    $failed = @()
    $failedCount = 0
    $count = 0
    if ($null -ne $job) {
        $since = [int64] $job.mark.record_id
        foreach ($record in @(Get-StepwiseEvent $channel "*[System[Provider[@Name='Microsoft-FileSync-Agent'] and EventRecordID>$since]]" $limit $true)) {
            $count++
            $xml = [string] $record.ToXml()
            $result = [regex]::Match($xml, "<Data Name='DataTransferHresult'>([^<]*)<")
            if ($result.Success -and $result.Groups[1].Value -match '^(0|0x0+)$') { continue }
            $failedCount++
            if ($failed.Count -lt [int] $Call.max) { $failed += $xml }
        }
    }
    return [ordered] @{
        task_state = $state
        last_run = $lastRun
        last_result = $lastResult
        job = $job
        log = Get-StepwiseLog $channel
        failed_events = @($failed)
        succeeded = $count - $failedCount
        failed = $failedCount
        is_complete = $count -lt $limit
    }
}
