# stepwise: filesync/access-state look with windows/envelope windows/native windows/smb
# Shares over a folder with their entries, open files and sessions, and the counters that show a gap.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.
Write-StepwiseAnswer {
    param([object] $Call)
    $folder = [string] $Call.path
    if ($folder -eq '') { throw 'Stepwise.Input: no path' }
    $over = @(Get-StepwiseShare $folder)
    # Keys keep the time of their last change: a share added, taken away or given other entries moves it.
    $written = $null
    try {
        foreach ($name in @('Shares', 'Shares\Security')) {
            $key = Get-Item -LiteralPath ('HKLM:\SYSTEM\CurrentControlSet\Services\LanmanServer\' + $name)
            $time = [StepwiseNative]::GetWritten($key)
            if ($null -eq $written -or $time -gt $written) { $written = $time }
        }
    } catch {
        $written = $null
    }
    $shares = @()
    foreach ($share in $over) {
        $scope = [string] $share.ScopeName
        $isSpecial = [bool] $share.Special
        $access = @()
        if (-not $isSpecial) { $access = @(Get-StepwiseAccess $share.Name $scope) }
        $denies = @($access | Where-Object { $_.sid -eq 'S-1-1-0' -and $_.type -eq 'Deny' -and $_.right -eq 'Full' }).Count -gt 0
        # Shares of a cluster and such as end with the next restart are not defined in this registry key.
        $when = $null
        if ($scope -eq '*' -and -not $share.Temporary) { $when = ConvertTo-StepwiseTime $written }
        $shares += [ordered] @{
            name = [string] $share.Name
            scope = $scope
            path = [string] $share.Path
            is_special = $isSpecial
            security_written = $when
            denies_everyone = $denies
            access = @($access)
        }
    }
    $files = @()
    foreach ($file in @(Get-StepwiseOpenFile $folder)) {
        $files += [ordered] @{ file_id = [string] $file.FileId; path = [string] $file.Path; client = [string] $file.ClientComputerName; user = [string] $file.ClientUserName }
    }
    $sessions = @()
    $connected = Get-StepwiseSession $folder
    foreach ($session in $connected['sessions']) {
        $sessions += [ordered] @{ session_id = [string] $session.SessionId; client = [string] $session.ClientComputerName; user = [string] $session.ClientUserName; opens = ConvertTo-StepwiseNumber $session.NumOpens }
    }
    # A connection without a session that could be closed is one more, not none.
    foreach ($stray in $connected['strays']) {
        $sessions += [ordered] @{ session_id = 'connection ' + [string] $stray.ConnectionID; client = [string] $stray.ComputerName; user = [string] $stray.UserName; opens = ConvertTo-StepwiseNumber $stray.NumberOfFiles }
    }
    $counters = [ordered] @{ server_started = $null; sessions_opened = $null; files_opened = $null }
    try {
        $numbers = [StepwiseNative]::GetServerStatistics()
        $epoch = New-Object -TypeName DateTime -ArgumentList @(1970, 1, 1, 0, 0, 0, [DateTimeKind]::Utc)
        $counters['server_started'] = ConvertTo-StepwiseTime $epoch.AddSeconds($numbers[0])
        # They count for the whole server: of use only where all its shares are over this folder.
        $all = @(Get-SmbShare | Where-Object { -not $_.Special })
        $ours = @($over | Where-Object { -not $_.Special })
        if ($all.Count -eq $ours.Count) {
            $counters['sessions_opened'] = [int64] $numbers[4]
            $counters['files_opened'] = [int64] $numbers[1]
        }
    } catch {
        $counters = [ordered] @{ server_started = $null; sessions_opened = $null; files_opened = $null }
    }
    return [ordered] @{
        path_exists = [bool] (Test-Path -LiteralPath $folder -PathType Container)
        shares = @($shares)
        open_files = @($files)
        sessions = @($sessions)
        counters = $counters
        usn = Get-StepwiseJournal $folder
    }
}
