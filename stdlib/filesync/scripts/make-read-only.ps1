# stepwise: filesync/make-read-only act with windows/envelope windows/smb
# Makes each entry that allows Change or Full on the named shares to one that allows Read. All entries are looked at before the first
# one is touched: one that could not be given back stops it. An account whose entry was taken and not yet given as Read has no access
# for that moment, never more than before.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.
Write-StepwiseAnswer {
    param([object] $Call)
    $work = @()
    foreach ($share in @($Call.shares)) {
        foreach ($entry in @(Get-StepwiseAccess $share.name $share.scope)) {
            if ($entry.type -ne 'Allow' -or $entry.right -eq 'Read') { continue }
            if ($entry.right -ne 'Full' -and $entry.right -ne 'Change') {
                throw ('Stepwise.Entry: an entry of share ' + $share.name + ' can not be made by these cmdlets')
            }
            $work += [ordered] @{ name = [string] $share.name; scope = [string] $share.scope; account = [string] $entry.account }
        }
    }
    foreach ($row in $work) {
        $null = Revoke-SmbShareAccess -Name $row.name -ScopeName $row.scope -AccountName $row.account -Force
        $null = Grant-SmbShareAccess -Name $row.name -ScopeName $row.scope -AccountName $row.account -AccessRight Read -Force
    }
    $reduced = @(@($Call.shares) | ForEach-Object { [string] $_.name })
    return [ordered] @{ reduced = @($reduced) }
}
