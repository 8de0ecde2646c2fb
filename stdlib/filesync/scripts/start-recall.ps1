# stepwise: filesync/start-recall act with windows/envelope windows/eventlog filesync/recall-job
# Starts the recall of a sync group's tiered files as a task of the system account, so that it survives the shell. Never with -Order:
# in tiering order it stops at the tiering policy and leaves files behind. One that runs goes on as it is: it does the same work.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.
Write-StepwiseAnswer {
    param([object] $Call)
    $recall = Get-StepwiseRecall ([string] $Call.sync_group)
    foreach ($task in @(Get-StepwiseRecallTask $recall)) {
        if (@('Running', 'Queued') -contains [string] $task.State) { return [ordered] @{ started = $true } }
    }
    # Made for administrators and the system from its first moment on; one that is there already stays as it is, and is looked at.
    $security = New-Object -TypeName Security.AccessControl.DirectorySecurity
    $security.SetSecurityDescriptorSddlForm('O:BAG:BAD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')
    $null = [IO.Directory]::CreateDirectory($recall['data'], $security)
    $null = Test-StepwiseOurs $recall['data']
    # What an earlier recall wrote would be taken for the end of this one.
    if (Test-Path -LiteralPath $recall['file']) {
        $null = Test-StepwiseOurs $recall['file']
        Remove-Item -LiteralPath $recall['file'] -Force
    }
    $job = [ordered] @{
        file = $recall['file']
        sync_group = [string] $Call.sync_group
        threads = [int] $Call.threads
        retries = [int] $Call.retries
        retry_delay_s = [int] $Call.retry_delay_s
        log = Get-StepwiseLog 'Microsoft-FileSync-Agent/RecallResults'
    }
    # Base64 of the values, in front of a fixed text: none of them is ever parsed as a command.
    $values = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes((ConvertTo-Json -InputObject $job -Depth 4 -Compress)))
    $text = "`$Values = '" + $values + "'`n" + @'
$ErrorActionPreference = 'Continue'
$job = ConvertFrom-Json -InputObject ([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($Values)))
$state = [ordered] @{
    started = [DateTime]::UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", [Globalization.CultureInfo]::InvariantCulture)
    ended = $null
    message = $null
    mark = [ordered] @{ channel = $job.log.channel; record_id = $job.log.newest_record_id; created = $job.log.created }
}
[IO.File]::WriteAllText($job.file, (ConvertTo-Json -InputObject $state -Depth 4 -Compress))
try {
    Import-Module -Name (Join-Path -Path $env:ProgramFiles -ChildPath 'Azure\StorageSyncAgent\StorageSync.Management.ServerCmdlets.dll') -ErrorAction Stop
    $null = Invoke-StorageSyncFileRecall -SyncGroupName $job.sync_group -ThreadCount $job.threads -PerFileRetryCount $job.retries -PerFileRetryDelaySeconds $job.retry_delay_s -ErrorVariable problems
    if ($problems.Count -gt 0) { $state['message'] = [string] $problems[0] }
} catch {
    $state['message'] = [string] $_.Exception.Message
}
$state['ended'] = [DateTime]::UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", [Globalization.CultureInfo]::InvariantCulture)
[IO.File]::WriteAllText($job.file, (ConvertTo-Json -InputObject $state -Depth 4 -Compress))
'@
    $encoded = [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($text))
    $program = Join-Path -Path $env:SystemRoot -ChildPath 'System32\WindowsPowerShell\v1.0\powershell.exe'
    $action = New-ScheduledTaskAction -Execute $program -Argument ('-NoProfile -NonInteractive -ExecutionPolicy Bypass -EncodedCommand ' + $encoded)
    $account = New-ScheduledTaskPrincipal -UserId 'S-1-5-18' -LogonType ServiceAccount -RunLevel Highest
    # Without a limit of its own a task is ended after three days; with the usual priority 7 its disk work waits behind all other.
    $settings = New-ScheduledTaskSettingsSet -MultipleInstances IgnoreNew -Priority 5 -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
    $settings.ExecutionTimeLimit = 'PT0S'
    $null = Register-ScheduledTask -TaskPath $recall['folder'] -TaskName $recall['task'] -Action $action -Principal $account -Settings $settings -Force
    $null = Start-ScheduledTask -TaskPath $recall['folder'] -TaskName $recall['task']
    return [ordered] @{ started = $true }
}
