# stepwise: filesync/volume-space look with windows/envelope
# Free bytes of a folder's volume, and what a quota of the File Server Resource Manager on the folder or above it leaves.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.
Write-StepwiseAnswer {
    param([object] $Call)
    $folder = ([string] $Call.path).TrimEnd('\')
    $volume = Get-Volume -FilePath $folder
    $left = $null
    if ($null -ne (Get-Command -Name 'Get-FsrmQuota' -ErrorAction SilentlyContinue)) {
        foreach ($quota in @(Get-FsrmQuota)) {
            $path = ([string] $quota.Path).TrimEnd('\')
            $isOver = $folder -eq $path -or $folder.StartsWith($path + '\', [StringComparison]::OrdinalIgnoreCase)
            if ($quota.Disabled -or $quota.SoftLimit -or -not $isOver) { continue }
            $rest = [int64] $quota.Size - [int64] $quota.Usage
            if ($rest -lt 0) { $rest = [int64] 0 }
            if ($null -eq $left -or $rest -lt $left) { $left = $rest }
        }
    }
    return [ordered] @{ free_bytes = [int64] $volume.SizeRemaining; size_bytes = [int64] $volume.Size; quota_free_bytes = $left }
}
