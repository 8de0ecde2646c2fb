# stepwise: filesync/start-vss-upload act with windows/envelope
# Starts the agent's own task VssSyncScheduledTask: it takes a snapshot and uploads from it.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.
Write-StepwiseAnswer {
    param([object] $Call)
    $null = Start-ScheduledTask -TaskPath '\Microsoft\StorageSync\' -TaskName 'VssSyncScheduledTask'
    return [ordered] @{ started = $true }
}
