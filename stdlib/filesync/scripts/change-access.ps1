# stepwise: filesync/change-access act with windows/envelope windows/smb
# Takes away and adds exactly the entries that are named. The cmdlets work by account: they would take all its entries of a kind, so an
# account that has another one of that kind is left alone and named. One share that can't be changed does not hold up the others.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.

# Entries of one account: by its id where both are known, since an account that was made anew has nothing but the name of the old one.
function Test-StepwiseSame {
    param([object] $One, [object] $Other)
    if ($null -ne $One.sid -and $null -ne $Other.sid) { return $One.sid -eq $Other.sid }
    return $One.account -eq $Other.account
}

Write-StepwiseAnswer {
    param([object] $Call)
    $changed = @()
    $failed = @()
    foreach ($share in @($Call.shares)) {
        try {
            foreach ($entry in @($share.remove)) {
                $now = @(Get-StepwiseAccess $share.name $share.scope)
                $same = @($now | Where-Object { $_.type -eq $entry.type -and (Test-StepwiseSame $_ $entry) })
                $exact = @($same | Where-Object { $_.right -eq $entry.right })
                if ($exact.Count -eq 0) { continue }
                if ($same.Count -ne $exact.Count) {
                    throw ($entry.account + ' has another entry of that kind')
                }
                if ($entry.type -eq 'Deny') {
                    $null = Unblock-SmbShareAccess -Name $share.name -ScopeName $share.scope -AccountName $exact[0].account -Force
                } else {
                    $null = Revoke-SmbShareAccess -Name $share.name -ScopeName $share.scope -AccountName $exact[0].account -Force
                }
            }
            foreach ($entry in @($share.add)) {
                $now = @(Get-StepwiseAccess $share.name $share.scope)
                $same = @($now | Where-Object { $_.type -eq $entry.type -and (Test-StepwiseSame $_ $entry) })
                $exact = @($same | Where-Object { $_.right -eq $entry.right })
                if ($exact.Count -gt 0) { continue }
                if ($same.Count -gt 0) {
                    throw ($entry.account + ' has another entry of that kind')
                }
                if ($entry.type -eq 'Deny' -and $entry.right -eq 'Full') {
                    $null = Block-SmbShareAccess -Name $share.name -ScopeName $share.scope -AccountName $entry.account -Force
                } elseif ($entry.type -eq 'Allow' -and $entry.right -ne 'Custom') {
                    $null = Grant-SmbShareAccess -Name $share.name -ScopeName $share.scope -AccountName $entry.account -AccessRight $entry.right -Force
                } else {
                    throw 'an entry can not be made by these cmdlets'
                }
            }
            $changed += [string] $share.name
        } catch {
            $failed += [string] $share.name + ' (' + [string] $_.Exception.Message + ')'
        }
    }
    if ($failed.Count -gt 0) { throw ('Stepwise.Entry: not changed: ' + ($failed -join '; ')) }
    return [ordered] @{ changed = @($changed) }
}
