# stepwise: filesync/restore-access act with windows/envelope windows/smb
# Gives each share exactly the entries that were saved: takes away what is there beyond them, adds what is missing. One share that
# can't be given back does not keep the others closed.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.
Write-StepwiseAnswer {
    param([object] $Call)
    $isOfSame = { param([object] $One, [object] $Other) (($null -ne $One.sid -and $One.sid -eq $Other.sid) -or $One.account -eq $Other.account) -and $One.type -eq $Other.type }
    $restored = @()
    $failed = @()
    foreach ($share in @($Call.shares)) {
        try {
            $saved = @($share.access)
            $now = @(Get-StepwiseAccess $share.name $share.scope)
            # Revoke and Unblock take all entries of an account and kind. What would go, or is gone, and can't be made again: nothing is
            # taken from this share then.
            $beyond = @()
            foreach ($entry in $now) {
                $isSaved = @($saved | Where-Object { (& $isOfSame $_ $entry) -and $_.right -eq $entry.right }).Count -gt 0
                if (-not $isSaved) { $beyond += $entry }
            }
            foreach ($entry in $saved) {
                if (($entry.type -eq 'Deny' -and $entry.right -eq 'Full') -or ($entry.type -eq 'Allow' -and $entry.right -ne 'Custom')) { continue }
                $isThere = @($now | Where-Object { (& $isOfSame $_ $entry) -and $_.right -eq $entry.right }).Count -gt 0
                $wouldGo = @($beyond | Where-Object { & $isOfSame $_ $entry }).Count -gt 0
                if ($wouldGo -or -not $isThere) {
                    throw ('Stepwise.Entry: the entry "' + $entry.type + ' ' + $entry.right + ' ' + $entry.account + '" of share ' + $share.name + ' can not be made by these cmdlets; give it back by hand')
                }
            }
            foreach ($entry in $beyond) {
                if ($entry.type -eq 'Deny') {
                    $null = Unblock-SmbShareAccess -Name $share.name -ScopeName $share.scope -AccountName $entry.account -Force
                } else {
                    $null = Revoke-SmbShareAccess -Name $share.name -ScopeName $share.scope -AccountName $entry.account -Force
                }
            }
            $now = @(Get-StepwiseAccess $share.name $share.scope)
            foreach ($entry in $saved) {
                $isThere = @($now | Where-Object { (& $isOfSame $_ $entry) -and $_.right -eq $entry.right }).Count -gt 0
                if ($isThere) { continue }
                if ($entry.type -eq 'Deny' -and $entry.right -eq 'Full') {
                    $null = Block-SmbShareAccess -Name $share.name -ScopeName $share.scope -AccountName $entry.account -Force
                } else {
                    $null = Grant-SmbShareAccess -Name $share.name -ScopeName $share.scope -AccountName $entry.account -AccessRight $entry.right -Force
                }
            }
            $restored += [string] $share.name
        } catch {
            $failed += [string] $share.name + ' (' + [string] $_.Exception.Message + ')'
        }
    }
    if ($failed.Count -gt 0) { throw ('Stepwise.Entry: not given back: ' + ($failed -join '; ')) }
    return [ordered] @{ restored = @($restored) }
}
