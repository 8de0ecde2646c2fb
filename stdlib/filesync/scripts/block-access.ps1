# stepwise: filesync/block-access act with windows/envelope windows/smb
# Adds an entry "deny Everyone, Full" to each share that is named; a share that has it already stays as it is.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.
Write-StepwiseAnswer {
    param([object] $Call)
    $everyone = Get-StepwiseEveryone
    $blocked = @()
    foreach ($share in @($Call.shares)) {
        $null = Block-SmbShareAccess -Name $share.name -ScopeName $share.scope -AccountName $everyone -Force
        $blocked += [string] $share.name
    }
    return [ordered] @{ blocked = @($blocked) }
}
