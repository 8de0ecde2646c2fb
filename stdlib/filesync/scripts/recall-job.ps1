# stepwise: filesync/recall-job part
# Where the recall of a sync group is kept on the server: a scheduled task and a file that it writes. The file lies in a folder below
# ProgramData, where every local user may make folders: one that is there is used only if nobody but administrators and the system
# can have made it or can change it, and so is the file in it. Else a user could lead the system account's writing to where he likes,
# or tell us an end that never was.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.
function Get-StepwiseRecall {
    param([string] $Group)
    if ($Group -eq '') { throw 'Stepwise.Input: no sync group' }
    $bytes = [Text.Encoding]::UTF8.GetBytes($Group.ToLowerInvariant())
    $hash = [Security.Cryptography.SHA256]::Create().ComputeHash($bytes)
    $name = 'Recall ' + ([BitConverter]::ToString($hash, 0, 8)).Replace('-', '').ToLowerInvariant()
    $folder = Join-Path -Path $env:ProgramData -ChildPath 'stepwise'
    return @{ folder = '\stepwise\'; task = $name; data = $folder; file = (Join-Path -Path $folder -ChildPath ($name + '.json')) }
}

# The task, or nothing where there is none; any other failure is one, and so is a task of that name that is not the system's: every
# user may make tasks.
function Get-StepwiseRecallTask {
    param([object] $Recall)
    $tasks = @()
    try {
        $tasks = @(Get-ScheduledTask -TaskPath $Recall['folder'] -TaskName $Recall['task'])
    } catch {
        if ($_.FullyQualifiedErrorId -notlike 'CmdletizationQuery_NotFound*') { throw }
    }
    foreach ($task in $tasks) {
        $who = [string] $task.Principal.UserId
        $sid = $who
        if ($who -notmatch '^S-1-[0-9-]+$') {
            try { $sid = (New-Object -TypeName Security.Principal.NTAccount -ArgumentList $who).Translate([Security.Principal.SecurityIdentifier]).Value } catch { $sid = '' }
        }
        if ($sid -ne 'S-1-5-18') { throw ('Stepwise.Unsafe: the scheduled task ' + $Recall['folder'] + $Recall['task'] + ' runs as "' + $who + '" and not as the system: stepwise did not make it. Look at who did; then remove it, and try again') }
    }
    return $tasks
}

# Refuses what anybody but administrators (S-1-5-32-544) and the system (S-1-5-18) owns or may change, and what leads elsewhere.
function Test-StepwiseOurs {
    param([string] $Path)
    $ours = @('S-1-5-18', 'S-1-5-32-544')
    $advice = '. It holds what stepwise keeps about recalls. Look at who made it; then remove it, and try again: it is made anew for administrators only'
    $item = Get-Item -LiteralPath $Path -Force
    if (([int] $item.Attributes -band 1024) -ne 0) { throw ('Stepwise.Unsafe: ' + $Path + ' is a link to somewhere else' + $advice) }
    $list = Get-Acl -LiteralPath $Path
    $owner = $list.GetOwner([Security.Principal.SecurityIdentifier]).Value
    if ($ours -notcontains $owner) { throw ('Stepwise.Unsafe: ' + $Path + ' belongs to ' + $owner + ' and not to the Administrators' + $advice) }
    # Write, append, attributes, delete, permissions, owner, and all of them at once (GENERIC_WRITE, GENERIC_ALL).
    $changing = 0x500D0156
    foreach ($rule in @($list.GetAccessRules($true, $true, [Security.Principal.SecurityIdentifier]))) {
        $who = $rule.IdentityReference.Value
        if ([string] $rule.AccessControlType -eq 'Allow' -and $ours -notcontains $who -and ([int] $rule.FileSystemRights -band $changing) -ne 0) {
            throw ('Stepwise.Unsafe: ' + $Path + ' may be changed by ' + $who + $advice)
        }
    }
    return $true
}
