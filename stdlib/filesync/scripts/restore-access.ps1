# stepwise: filesync/restore-access act with windows/envelope windows/smb
# Gives each share exactly the entries that were saved: takes away what is there beyond them, adds what is missing. One share that
# can't be given back does not keep the others closed.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.
Write-StepwiseAnswer {
    param([object] $Call)
    $restored = @()
    $failed = @()
    foreach ($share in @($Call.shares)) {
        try {
            $saved = @($share.access)
            $now = @(Get-StepwiseAccess $share.name $share.scope)
            foreach ($entry in $now) {
                $isSaved = @($saved | Where-Object { (($null -ne $_.sid -and $_.sid -eq $entry.sid) -or $_.account -eq $entry.account) -and $_.type -eq $entry.type -and $_.right -eq $entry.right }).Count -gt 0
                if ($isSaved) { continue }
                if ($entry.type -eq 'Deny') {
                    $null = Unblock-SmbShareAccess -Name $share.name -ScopeName $share.scope -AccountName $entry.account -Force
                } else {
                    $null = Revoke-SmbShareAccess -Name $share.name -ScopeName $share.scope -AccountName $entry.account -Force
                }
            }
            $now = @(Get-StepwiseAccess $share.name $share.scope)
            foreach ($entry in $saved) {
                $isThere = @($now | Where-Object { (($null -ne $_.sid -and $_.sid -eq $entry.sid) -or $_.account -eq $entry.account) -and $_.type -eq $entry.type -and $_.right -eq $entry.right }).Count -gt 0
                if ($isThere) { continue }
                if ($entry.type -eq 'Deny' -and $entry.right -eq 'Full') {
                    $null = Block-SmbShareAccess -Name $share.name -ScopeName $share.scope -AccountName $entry.account -Force
                } elseif ($entry.type -eq 'Allow' -and $entry.right -ne 'Custom') {
                    $null = Grant-SmbShareAccess -Name $share.name -ScopeName $share.scope -AccountName $entry.account -AccessRight $entry.right -Force
                } else {
                    throw ('Stepwise.Entry: an entry of share ' + $share.name + ' can not be made by these cmdlets')
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
