# stepwise: windows/smb part
# Shares over a folder, and who is connected to them. Reads only. Those that ask for a folder's shares also need windows/native.
# Not seen from here: a junction below a share's own folder, and what is no SMB (NFS, FTP, programs on the server).
# Windows PowerShell 5.1, module SmbShare. Never run against a real server: written from published documentation.

# Is a path at or under another one? By whole names, without case.
function Test-StepwiseUnder {
    param([string] $Path, [string] $Folder)
    $inner = $Path.TrimEnd('\')
    $outer = $Folder.TrimEnd('\')
    if ($inner.Equals($outer, [StringComparison]::OrdinalIgnoreCase)) { return $true }
    return $inner.StartsWith($outer + '\', [StringComparison]::OrdinalIgnoreCase)
}

# Where a path really lies, behind junctions, mount points and short names, by the volume's own name; null: it can't be opened.
function Get-StepwiseRealPath {
    param([string] $Path)
    try { return [StepwiseNative]::GetRealPath($Path) } catch { return $null }
}

# Shares whose path is, contains or lies under the folder, as written or as it really lies; one without a path (IPC$) is none.
function Get-StepwiseShare {
    param([string] $Folder)
    $real = Get-StepwiseRealPath $Folder
    if ($null -eq $real -and (Test-Path -LiteralPath $Folder)) { throw 'Stepwise.Unknown: where the folder really lies can not be read, so its shares are not known' }
    $over = @()
    foreach ($share in @(Get-SmbShare)) {
        if ([string]::IsNullOrEmpty($share.Path)) { continue }
        $isOver = (Test-StepwiseUnder $share.Path $Folder) -or (Test-StepwiseUnder $Folder $share.Path)
        $leads = Get-StepwiseRealPath $share.Path
        if (-not $isOver -and $null -ne $real -and $null -ne $leads) { $isOver = (Test-StepwiseUnder $leads $real) -or (Test-StepwiseUnder $real $leads) }
        if ($isOver) { $over += $share }
    }
    return $over
}

# All names under which the folder is known to its shares: an open file is listed by the path of the share that it came through.
function Get-StepwiseAlias {
    param([string] $Folder)
    $aliases = @($Folder)
    $real = Get-StepwiseRealPath $Folder
    foreach ($share in @(Get-StepwiseShare $Folder)) {
        $leads = Get-StepwiseRealPath $share.Path
        if ($null -eq $real -or $null -eq $leads) { continue }
        if (Test-StepwiseUnder $leads $real) {
            $aliases += [string] $share.Path
        } elseif (Test-StepwiseUnder $real $leads) {
            $aliases += ([string] $share.Path).TrimEnd('\') + $real.Substring($leads.Length)
        }
    }
    return $aliases
}

# The id of an account; an account that is gone is shown by its id, with or without a star in front, else null.
function Get-StepwiseSid {
    param([string] $Account)
    if ($Account -match '^\*?S-1-[0-9-]+$') { return $Account.TrimStart('*') }
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
    $aliases = @(Get-StepwiseAlias $Folder)
    $open = @()
    foreach ($file in @(Get-SmbOpenFile)) {
        if ([string]::IsNullOrEmpty($file.Path)) { continue }
        $isUnder = $false
        foreach ($alias in $aliases) { $isUnder = $isUnder -or (Test-StepwiseUnder $file.Path $alias) }
        if ($isUnder) { $open += $file }
    }
    return $open
}

# A computer, as connections and sessions name it.
function ConvertTo-StepwiseComputer {
    param([object] $Name)
    return ([string] $Name).Trim('[', ']', '\')
}

# A user without the domain: connections name him so.
function ConvertTo-StepwiseUser {
    param([object] $Name)
    return @(([string] $Name).Split('\'))[-1]
}

# Sessions with such a file open, or of a computer that is connected to one of the shares: a connection keeps its rights. Where a
# connection's computer has no session by that name, those of its user; where there is none of him either, it is told as a stray.
function Get-StepwiseSession {
    param([string] $Folder)
    $names = @(Get-StepwiseShare $Folder | Where-Object { -not $_.Special } | ForEach-Object { $_.Name })
    # Tables, not lists: a large server has thousands of each.
    $byId = @{}
    $byComputer = @{}
    $byUser = @{}
    foreach ($session in @(Get-SmbSession)) {
        $id = [string] $session.SessionId
        $byId[$id] = $session
        $byComputer[(ConvertTo-StepwiseComputer $session.ClientComputerName)] += @($id)
        $byUser[(ConvertTo-StepwiseUser $session.ClientUserName)] += @($id)
    }
    $found = [ordered] @{}
    foreach ($file in @(Get-StepwiseOpenFile $Folder)) {
        $id = [string] $file.SessionId
        if ($null -ne $byId[$id]) { $found[$id] = $byId[$id] }
    }
    $strays = @()
    foreach ($connection in @(Get-CimInstance -ClassName Win32_ServerConnection | Where-Object { $names -contains $_.ShareName })) {
        $its = $byComputer[(ConvertTo-StepwiseComputer $connection.ComputerName)]
        $user = ConvertTo-StepwiseUser $connection.UserName
        if ($null -eq $its -and $user -ne '') { $its = $byUser[$user] }
        if ($null -eq $its) { $strays += $connection; continue }
        foreach ($id in $its) { $found[$id] = $byId[$id] }
    }
    return @{ sessions = @($found.Values); strays = $strays }
}

# The local name of Everyone: names are translated, ids are not.
function Get-StepwiseEveryone {
    $everyone = New-Object -TypeName Security.Principal.SecurityIdentifier -ArgumentList 'S-1-1-0'
    return $everyone.Translate([Security.Principal.NTAccount]).Value
}
