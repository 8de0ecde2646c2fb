# stepwise: windows/smb part
# Shares over a folder, and who is connected to them. Reads only.
# Windows PowerShell 5.1, module SmbShare. Never run against a real server: written from published documentation.

# Is a path at or under another one? By whole names, without case.
function Test-StepwiseUnder {
    param([string] $Path, [string] $Folder)
    $inner = $Path.TrimEnd('\')
    $outer = $Folder.TrimEnd('\')
    if ($inner.Equals($outer, [StringComparison]::OrdinalIgnoreCase)) { return $true }
    return $inner.StartsWith($outer + '\', [StringComparison]::OrdinalIgnoreCase)
}

# Shares whose path is, contains or lies under the folder; one without a path (IPC$) is none.
function Get-StepwiseShare {
    param([string] $Folder)
    $over = @()
    foreach ($share in @(Get-SmbShare)) {
        if ([string]::IsNullOrEmpty($share.Path)) { continue }
        if ((Test-StepwiseUnder $share.Path $Folder) -or (Test-StepwiseUnder $Folder $share.Path)) { $over += $share }
    }
    return $over
}

# The id of an account; an account that is gone is shown by its id, else null.
function Get-StepwiseSid {
    param([string] $Account)
    if ($Account -match '^S-1-[0-9-]+$') { return $Account }
    try {
        $name = New-Object -TypeName Security.Principal.NTAccount -ArgumentList $Account
        return $name.Translate([Security.Principal.SecurityIdentifier]).Value
    } catch {
        return $null
    }
}

# The entries of a share, as they are saved and given back.
function Get-StepwiseAccess {
    param([string] $Name, [string] $Scope)
    $entries = @()
    foreach ($entry in @(Get-SmbShareAccess -Name $Name -ScopeName $Scope)) {
        $entries += [ordered] @{
            account = [string] $entry.AccountName
            sid = Get-StepwiseSid $entry.AccountName
            type = [string] $entry.AccessControlType
            right = [string] $entry.AccessRight
        }
    }
    return $entries
}

# Files that are open at or under the folder.
function Get-StepwiseOpenFile {
    param([string] $Folder)
    return @(Get-SmbOpenFile | Where-Object { -not [string]::IsNullOrEmpty($_.Path) -and (Test-StepwiseUnder $_.Path $Folder) })
}

# Sessions with such a file open, or from a computer that is connected to one of the shares: a connection keeps its rights.
function Get-StepwiseSession {
    param([string] $Folder)
    $names = @(Get-StepwiseShare $Folder | Where-Object { -not $_.Special } | ForEach-Object { $_.Name })
    $connected = @(Get-CimInstance -ClassName Win32_ServerConnection | Where-Object { $names -contains $_.ShareName })
    $computers = @($connected | ForEach-Object { ([string] $_.ComputerName).Trim('[', ']', '\') })
    $ids = @(Get-StepwiseOpenFile $Folder | ForEach-Object { $_.SessionId })
    return @(Get-SmbSession | Where-Object { ($ids -contains $_.SessionId) -or ($computers -contains ([string] $_.ClientComputerName).Trim('[', ']', '\')) })
}

# The local name of Everyone: names are translated, ids are not.
function Get-StepwiseEveryone {
    $everyone = New-Object -TypeName Security.Principal.SecurityIdentifier -ArgumentList 'S-1-1-0'
    return $everyone.Translate([Security.Principal.NTAccount]).Value
}
