# stepwise: filesync/recall-job part
# Where the recall of a sync group is kept on the server: a scheduled task and a file that it writes.
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
