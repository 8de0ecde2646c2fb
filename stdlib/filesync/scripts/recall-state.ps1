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
    foreach ($task in @(Get-StepwiseRecallTask $recall)) {
        $info = Get-ScheduledTaskInfo -TaskPath $recall['folder'] -TaskName $recall['task']
        $state = [string] $task.State
        $lastResult = ConvertTo-StepwiseNumber $info.LastTaskResult
        if ($null -ne $info.LastRunTime -and $info.LastRunTime.Year -gt 2000) { $lastRun = ConvertTo-StepwiseTime $info.LastRunTime }
    }
    $job = $null
    if (Test-Path -LiteralPath $recall['data']) { $null = Test-StepwiseOurs $recall['data'] }
    if (Test-Path -LiteralPath $recall['file']) {
        $null = Test-StepwiseOurs $recall['file']
        # Written in one go, but not at once for who reads meanwhile.
        try {
            $job = ConvertFrom-Json -InputObject ([string] (Get-Content -LiteralPath $recall['file'] -Raw -Encoding UTF8))
        } catch {
            throw ('Stepwise.Busy: the recall is just writing ' + $recall['file'] + '. If this stays so, the server went down in that moment: remove the file and start the recall again')
        }
    }
    $failed = New-Object -TypeName Collections.ArrayList
    $counts = @{ all = 0; failed = 0 }
    if ($null -ne $job) {
        if ($null -eq $job.mark.record_id) { throw ('Stepwise.Input: ' + $recall['file'] + ' does not say where the recall began in the log') }
        $since = ConvertTo-StepwiseNumber $job.mark.record_id
        Get-StepwiseEvent $channel "*[System[Provider[@Name='Microsoft-FileSync-Agent'] and EventRecordID>$since]]" $limit $true | ForEach-Object {
            $counts['all']++
            $result = [regex]::Match($_.xml, '<Data Name=[''"]DataTransferHresult[''"]>([^<]*)<')
            if (-not $result.Success -or $result.Groups[1].Value -notmatch '^(0|0x0+)$') {
                $counts['failed']++
                if ($failed.Count -lt [int] $Call.max) { $null = $failed.Add($_.xml) }
            }
        }
    }
    return [ordered] @{
        task_state = $state
        last_run = $lastRun
        last_result = $lastResult
        job = $job
        log = Get-StepwiseLog $channel
        failed_events = @($failed.ToArray())
        succeeded = $counts['all'] - $counts['failed']
        failed = $counts['failed']
        is_complete = $counts['all'] -lt $limit
    }
}
