# stepwise: filesync/volume-space look with windows/envelope windows/volume
# Free bytes of a folder's volume, and what a quota of the File Server Resource Manager on the folder or above it leaves. Not seen:
# quotas on folders below it, and NTFS quotas of single users; a recall that hits one fails file by file and is told so.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.
Write-StepwiseAnswer {
    param([object] $Call)
    $folder = ([string] $Call.path).TrimEnd('\')
    $real = [StepwiseVolume]::RealOf($folder)
    $room = [StepwiseVolume]::RoomOf($folder)
    $left = $null
    $manager = Get-CimInstance -ClassName Win32_Service -Filter "Name = 'SrmSvc'"
    if ($null -ne $manager) {
        # With its service and without its cmdlets quotas are in force and can't be read: that is not none.
        if ($null -eq (Get-Command -Name 'Get-FsrmQuota' -ErrorAction SilentlyContinue)) { throw 'Stepwise.Unknown: the File Server Resource Manager is installed without its cmdlets, so quotas can not be read: install the feature RSAT-FSRM-Mgmt' }
        foreach ($quota in @(Get-FsrmQuota)) {
            $path = ([string] $quota.Path).TrimEnd('\')
            $isOver = $false
            foreach ($name in @($folder, $real)) { $isOver = $isOver -or ($name + '\').StartsWith($path + '\', [StringComparison]::OrdinalIgnoreCase) }
            if ($quota.Disabled -or $quota.SoftLimit -or -not $isOver) { continue }
            if ($null -eq $quota.Size -or $null -eq $quota.Usage) { throw ('Stepwise.Unknown: the quota on ' + $path + ' does not say its size or use') }
            $rest = (ConvertTo-StepwiseNumber $quota.Size) - (ConvertTo-StepwiseNumber $quota.Usage)
            if ($rest -lt 0) { $rest = [int64] 0 }
            if ($null -eq $left -or $rest -lt $left) { $left = $rest }
        }
    }
    return [ordered] @{ free_bytes = $room[0]; size_bytes = $room[1]; quota_free_bytes = $left }
}
