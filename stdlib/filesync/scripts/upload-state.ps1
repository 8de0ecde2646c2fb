# stepwise: filesync/upload-state look with windows/envelope windows/native windows/eventlog
# State of the task VssSyncScheduledTask, how far the agent's log reaches, and where the volume's change journal stands.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.
Write-StepwiseAnswer {
    param([object] $Call)
    $task = Get-ScheduledTask -TaskPath '\Microsoft\StorageSync\' -TaskName 'VssSyncScheduledTask'
    $info = Get-ScheduledTaskInfo -TaskPath '\Microsoft\StorageSync\' -TaskName 'VssSyncScheduledTask'
    # A task that never ran says 1999.
    $lastRun = $null
    if ($null -ne $info.LastRunTime -and $info.LastRunTime.Year -gt 2000) { $lastRun = ConvertTo-StepwiseTime $info.LastRunTime }
    return [ordered] @{
        task_state = [string] $task.State
        last_run = $lastRun
        last_result = ConvertTo-StepwiseNumber $info.LastTaskResult
        log = Get-StepwiseLog ([string] $Call.channel)
        usn = Get-StepwiseJournal ([string] $Call.path)
        snapshot_mode = $null
    }
}
