# Stand-ins for what the scripts call on a Windows server, for a PowerShell elsewhere. Property names, types and error ids are those that
# the published pages and error texts of others show; nothing here was compared with a real server. A case sets $Standin.
# Loaded by tests/powershell/run before the text that stepwise sends.
Add-Type -TypeDefinition @'
using System;
using System.Collections.Generic;
namespace Standin {
    public enum ShareAccessControlType { Allow = 0, Deny = 1 }
    public enum ShareAccessRight { Full = 0, Change = 1, Read = 2, Custom = 3 }
    public enum TaskState { Unknown = 0, Disabled = 1, Queued = 2, Ready = 3, Running = 4 }
    public enum Sharing { FileServer = 1 }
    public sealed class CimException : Exception { public CimException(string text) : base(text) {} }
    public sealed class Folders {
        public static List<string> Made = new List<string>();
        public static object CreateDirectory(string path, object security) { Made.Add(path); return path; }
    }
}
namespace System.Diagnostics.Eventing.Reader {
    public enum PathType { LogName = 1, FilePath = 2 }
    public sealed class EventLogNotFoundException : Exception { public EventLogNotFoundException(string text) : base(text) {} }
    public sealed class EventLogInformation { public DateTime? CreationTime { get; set; } }
    public sealed class EventRecord : IDisposable {
        public long? RecordId { get; set; }
        public int Id;
        public string Xml;
        public string ToXml() { return Xml; }
        public void Dispose() {}
    }
    public sealed class Log { public DateTime? Created; public Exception Failure; public List<EventRecord> Records = new List<EventRecord>(); }
    public sealed class EventLogQuery {
        public static Dictionary<string, Log> Logs = new Dictionary<string, Log>(StringComparer.OrdinalIgnoreCase);
        public string Channel, XPath;
        public bool ReverseDirection { get; set; }
        public EventLogQuery(string channel, PathType type, string xpath) { Channel = channel; XPath = xpath; }
        public static Log Of(string channel) {
            Log log;
            if (!Logs.TryGetValue(channel, out log)) { throw new EventLogNotFoundException("Der angegebene Kanal wurde nicht gefunden."); }
            if (log.Failure != null) { throw log.Failure; }
            return log;
        }
    }
    public sealed class EventLogSession {
        static EventLogSession session = new EventLogSession();
        public static EventLogSession GlobalSession { get { return session; } }
        public EventLogInformation GetLogInformation(string channel, PathType type) { EventLogInformation info = new EventLogInformation(); info.CreationTime = EventLogQuery.Of(channel).Created; return info; }
    }
    // The XPath of the scripts: event ids and a record number. Another form is refused.
    public sealed class EventLogReader : IDisposable {
        Queue<EventRecord> left = new Queue<EventRecord>();
        public EventLogReader(EventLogQuery query) {
            List<EventRecord> all = new List<EventRecord>(EventLogQuery.Of(query.Channel).Records);
            if (query.ReverseDirection) { all.Reverse(); }
            System.Text.RegularExpressions.Match id = System.Text.RegularExpressions.Regex.Match(query.XPath, "EventID=([0-9]+)");
            System.Text.RegularExpressions.Match since = System.Text.RegularExpressions.Regex.Match(query.XPath, "EventRecordID>(-?[0-9]+)\\]");
            if (query.XPath != "*" && !id.Success && !since.Success) { throw new ArgumentException("no such query: " + query.XPath); }
            foreach (EventRecord record in all) {
                if (id.Success && record.Id != Int32.Parse(id.Groups[1].Value)) { continue; }
                if (since.Success && record.RecordId <= Int64.Parse(since.Groups[1].Value)) { continue; }
                left.Enqueue(record);
            }
        }
        public EventRecord ReadEvent() { return left.Count == 0 ? null : left.Dequeue(); }
        public void Dispose() {}
    }
}
'@

$Standin = @{
    Shares = @()
    Access = @{}
    OpenFiles = @()
    Sessions = @()
    Connections = @()
    Services = @()
    Tasks = @{}
    Quotas = @()
    Status = @()
    Files = @{}
    Server = $null
    Errors = @{}
    Accounts = @{ 'S-1-1-0' = 'Jeder' }
    Owner = 'S-1-5-32-544'
    Rules = @()
}

# An object as a cmdlet of CIM gives it: properties, and the extra ones that every CimInstance has.
function New-StandinObject {
    param([string] $Class, [Collections.IDictionary] $With)
    $object = [pscustomobject] $With
    $object.PSObject.TypeNames.Insert(0, "Microsoft.Management.Infrastructure.CimInstance#$Class")
    $object | Add-Member -MemberType NoteProperty -Name PSComputerName -Value $null
    return $object
}

# A failure as cmdlets of CIM report it: not terminating by itself, its id and category in every language, its words in the server's.
function Get-StandinError {
    param([string] $Command)
    $planned = $Standin.Errors[$Command]
    if ($null -eq $planned) { return $null }
    $why = New-Object -TypeName Standin.CimException -ArgumentList $planned.text
    return New-Object -TypeName Management.Automation.ErrorRecord -ArgumentList @($why, $planned.id, [Management.Automation.ErrorCategory] $planned.category, $null)
}

function Add-StandinCall {
    param([string] $Text)
    [IO.File]::AppendAllText('calls', $Text + "`n")
}

function Get-SmbShare {
    [CmdletBinding()] param([string[]] $Name)
    $failure = Get-StandinError 'Get-SmbShare'
    if ($null -ne $failure) { $PSCmdlet.WriteError($failure); return }
    foreach ($share in $Standin.Shares) { if ($null -eq $Name -or $Name -contains $share.Name) { $share } }
}

function Get-SmbShareAccess {
    [CmdletBinding()] param([string] $Name, [string] $ScopeName)
    $failure = Get-StandinError 'Get-SmbShareAccess'
    if ($null -ne $failure) { $PSCmdlet.WriteError($failure); return }
    if (-not $Standin.Access.ContainsKey($Name)) {
        $why = New-Object -TypeName Standin.CimException -ArgumentList "No MSFT_SMBShare objects found with property 'Name' equal to '$Name'."
        $PSCmdlet.WriteError((New-Object -TypeName Management.Automation.ErrorRecord -ArgumentList @($why, 'CmdletizationQuery_NotFound_Name', 'ObjectNotFound', $Name)))
        return
    }
    foreach ($row in $Standin.Access[$Name]) {
        New-StandinObject 'MSFT_SmbShareAccessControlEntry' ([ordered] @{
            Name = $Name; ScopeName = $ScopeName; AccountName = $row.account
            AccessControlType = [Standin.ShareAccessControlType] $row.type; AccessRight = [Standin.ShareAccessRight] $row.right
        })
    }
}

# By account and kind, as the real ones.
function Set-StandinAccess {
    param([string] $Name, [string] $Account, [string] $Type, [object] $Right, [string] $Command)
    Add-StandinCall "$Command $Name $Account $Right"
    if (-not $Standin.Access.ContainsKey($Name)) { throw "no share $Name" }
    $rows = @($Standin.Access[$Name] | Where-Object { $_.account -ne $Account -or $_.type -ne $Type })
    if ($null -ne $Right) { $rows += @{ account = $Account; type = $Type; right = $Right } }
    $Standin.Access[$Name] = $rows
}

function Block-SmbShareAccess { param([string] $Name, [string] $ScopeName, [string] $AccountName, [switch] $Force)
    Set-StandinAccess $Name $AccountName 'Deny' 'Full' 'Block'
    Get-SmbShareAccess -Name $Name -ScopeName $ScopeName
}
function Unblock-SmbShareAccess { param([string] $Name, [string] $ScopeName, [string] $AccountName, [switch] $Force)
    Set-StandinAccess $Name $AccountName 'Deny' $null 'Unblock'
    Get-SmbShareAccess -Name $Name -ScopeName $ScopeName
}
function Grant-SmbShareAccess { param([string] $Name, [string] $ScopeName, [string] $AccountName, [Standin.ShareAccessRight] $AccessRight, [switch] $Force)
    Set-StandinAccess $Name $AccountName 'Allow' $AccessRight 'Grant'
    Get-SmbShareAccess -Name $Name -ScopeName $ScopeName
}
function Revoke-SmbShareAccess { param([string] $Name, [string] $ScopeName, [string] $AccountName, [switch] $Force)
    Set-StandinAccess $Name $AccountName 'Allow' $null 'Revoke'
    Get-SmbShareAccess -Name $Name -ScopeName $ScopeName
}

function Get-SmbOpenFile {
    [CmdletBinding()] param()
    $failure = Get-StandinError 'Get-SmbOpenFile'
    if ($null -ne $failure) { $PSCmdlet.WriteError($failure); return }
    foreach ($row in $Standin.OpenFiles) { New-StandinObject 'MSFT_SmbOpenFile' $row }
}
function Get-SmbSession {
    [CmdletBinding()] param()
    $failure = Get-StandinError 'Get-SmbSession'
    if ($null -ne $failure) { $PSCmdlet.WriteError($failure); return }
    foreach ($row in $Standin.Sessions) { New-StandinObject 'MSFT_SmbSession' $row }
}
function Close-SmbOpenFile { [CmdletBinding()] param([uint64[]] $FileId, [switch] $Force)
    Add-StandinCall "Close-SmbOpenFile $FileId"
    if ($Standin.Gone -contains $FileId[0]) {
        $why = New-Object -TypeName Standin.CimException -ArgumentList 'No MSFT_SmbOpenFile objects found'
        $PSCmdlet.WriteError((New-Object -TypeName Management.Automation.ErrorRecord -ArgumentList @($why, 'CmdletizationQuery_NotFound_FileId', 'ObjectNotFound', $FileId)))
    }
}
function Close-SmbSession { [CmdletBinding()] param([uint64[]] $SessionId, [switch] $Force)
    Add-StandinCall "Close-SmbSession $SessionId"
}

function Get-CimInstance {
    [CmdletBinding()] param([string] $ClassName, [string] $Filter)
    $failure = Get-StandinError "Get-CimInstance $ClassName"
    if ($null -ne $failure) { $PSCmdlet.WriteError($failure); return }
    switch ($ClassName) {
        'Win32_Service' { foreach ($row in $Standin.Services) { if ($Filter -eq "Name = '$($row.Name)'") { New-StandinObject $ClassName $row } } }
        'Win32_ServerConnection' { foreach ($row in $Standin.Connections) { New-StandinObject $ClassName $row } }
        'Win32_OperatingSystem' { New-StandinObject $ClassName ([ordered] @{ LastBootUpTime = [DateTime]::SpecifyKind([DateTime] '2026-11-01T03:04:05.1234567', 'Local') }) }
        default { throw "no class $ClassName" }
    }
}

function Get-ScheduledTask {
    [CmdletBinding()] param([string] $TaskPath, [string] $TaskName)
    $failure = Get-StandinError 'Get-ScheduledTask'
    if ($null -ne $failure) { $PSCmdlet.WriteError($failure); return }
    $task = $Standin.Tasks[$TaskPath + $TaskName]
    if ($null -eq $task) {
        $why = New-Object -TypeName Standin.CimException -ArgumentList "No MSFT_ScheduledTask objects found with property 'TaskName' equal to '$TaskName'."
        $PSCmdlet.WriteError((New-Object -TypeName Management.Automation.ErrorRecord -ArgumentList @($why, 'CmdletizationQuery_NotFound_TaskName', 'ObjectNotFound', $TaskName)))
        return
    }
    New-StandinObject 'MSFT_ScheduledTask' ([ordered] @{ TaskName = $TaskName; TaskPath = $TaskPath; State = [Standin.TaskState] $task.State; Principal = [pscustomobject] @{ UserId = $task.User } })
}
function Get-ScheduledTaskInfo {
    [CmdletBinding()] param([string] $TaskPath, [string] $TaskName)
    $task = $Standin.Tasks[$TaskPath + $TaskName]
    New-StandinObject 'MSFT_TaskDynamicInfo' ([ordered] @{ TaskName = $TaskName; LastRunTime = $task.LastRun; LastTaskResult = $task.Result; NumberOfMissedRuns = [uint32] 0 })
}
function New-ScheduledTaskAction { param([string] $Execute, [string] $Argument) return @{ Execute = $Execute; Argument = $Argument } }
function New-ScheduledTaskPrincipal { param([string] $UserId, [string] $LogonType, [string] $RunLevel) return @{ UserId = $UserId } }
function New-ScheduledTaskSettingsSet { param([string] $MultipleInstances, [int] $Priority, [switch] $AllowStartIfOnBatteries, [switch] $DontStopIfGoingOnBatteries)
    return New-StandinObject 'MSFT_TaskSettings3' ([ordered] @{ ExecutionTimeLimit = 'PT72H'; Priority = $Priority })
}
function Register-ScheduledTask {
    [CmdletBinding()] param([string] $TaskPath, [string] $TaskName, [object] $Action, [object] $Principal, [object] $Settings, [switch] $Force)
    $failure = Get-StandinError 'Register-ScheduledTask'
    if ($null -ne $failure) { $PSCmdlet.WriteError($failure); return }
    Add-StandinCall "Register $TaskPath$TaskName $($Principal.UserId) $($Settings.ExecutionTimeLimit)"
    $Standin.Tasks[$TaskPath + $TaskName] = @{ State = 'Ready'; User = 'SYSTEM'; LastRun = $null; Result = [uint32] 267011; Action = $Action }
    return $TaskName
}
# A task of our own runs at once and here, as its own text.
function Start-ScheduledTask {
    [CmdletBinding()] param([string] $TaskPath, [string] $TaskName)
    $failure = Get-StandinError 'Start-ScheduledTask'
    if ($null -ne $failure) { $PSCmdlet.WriteError($failure); return }
    Add-StandinCall "Start $TaskPath$TaskName"
    $action = $Standin.Tasks[$TaskPath + $TaskName].Action
    if ($null -ne $action) {
        $text = [Text.Encoding]::Unicode.GetString([Convert]::FromBase64String(($action.Argument -split ' ')[-1]))
        & ([scriptblock]::Create($text))
    }
}

function Import-Module { param([string] $Name, [object] $ErrorAction) }
function Get-StorageSyncServer {
    [CmdletBinding()] param()
    $failure = Get-StandinError 'Get-StorageSyncServer'
    if ($null -ne $failure) { $PSCmdlet.WriteError($failure); return }
    $Standin.Server
}
function Invoke-StorageSyncFileRecall {
    [CmdletBinding()] param([string] $SyncGroupName, [int] $ThreadCount, [int] $PerFileRetryCount, [int] $PerFileRetryDelaySeconds)
    Add-StandinCall "Recall $SyncGroupName $ThreadCount $PerFileRetryCount $PerFileRetryDelaySeconds"
    $failure = Get-StandinError 'Invoke-StorageSyncFileRecall'
    if ($null -ne $failure) { $PSCmdlet.WriteError($failure) }
}

# Paths and files of the server. Linux knows neither drives nor '\'.
function Join-Path { param([string] $Path, [string] $ChildPath) return $Path.TrimEnd('\') + '\' + $ChildPath }
function Test-Path {
    param([string] $LiteralPath, [string] $PathType)
    $path = $LiteralPath.TrimEnd('\')
    if ($Standin.Files.ContainsKey($path)) { return $true }
    if ([IO.File]::Exists($path)) { return $true }
    if ([Standin.Folders]::Made -contains $path) { return $true }
    foreach ($row in [IO.File]::ReadAllLines($env:STANDIN_FILES)) {
        $fields = $row.Split("`t")
        if ($fields[0] -eq 'F' -and $fields[-1] -eq $path) { return ($PathType -ne 'Container' -or ([Convert]::ToInt32($fields[3], 16) -band 16) -ne 0) }
    }
    return $false
}
function Get-Item {
    param([string] $LiteralPath, [switch] $Force)
    if ($LiteralPath -like 'HKLM:*') { throw "Cannot find path '$LiteralPath'" }
    $version = $Standin.Files[$LiteralPath]
    return [pscustomobject] @{ FullName = $LiteralPath; Attributes = $Standin.Attributes; VersionInfo = [pscustomobject] @{ ProductVersion = $version } }
}
function Get-Content { param([string] $LiteralPath, [switch] $Raw, [string] $Encoding)
    if ($Standin.Files.ContainsKey($LiteralPath)) { return $Standin.Files[$LiteralPath] }
    # As the real one: a text with properties of its own.
    $text = [IO.File]::ReadAllText($LiteralPath)
    return Add-Member -InputObject $text -MemberType NoteProperty -Name PSPath -Value $LiteralPath -PassThru
}
function Remove-Item { param([string] $LiteralPath, [switch] $Force)
    Add-StandinCall "Remove $LiteralPath"
    $Standin.Files.Remove($LiteralPath)
    [IO.File]::Delete($LiteralPath)
}
function Get-Acl {
    param([string] $LiteralPath)
    $list = [pscustomobject] @{}
    $list | Add-Member -MemberType ScriptMethod -Name GetOwner -Value { param($type) return [pscustomobject] @{ Value = $Standin.Owner } }
    $list | Add-Member -MemberType ScriptMethod -Name GetAccessRules -Value { param($explicit, $inherited, $type) return $Standin.Rules }
    return $list
}

# .NET's own classes for accounts work on Windows only.
function New-Object {
    param([string] $TypeName, [object] $ArgumentList)
    if ($TypeName -eq 'Security.Principal.SecurityIdentifier' -or $TypeName -eq 'Security.Principal.NTAccount') {
        $account = [pscustomobject] @{ Text = [string] $ArgumentList }
        $account | Add-Member -MemberType ScriptMethod -Name Translate -Value {
            param($type)
            $found = $null
            foreach ($sid in @($Standin.Accounts.Keys)) {
                if ($sid -eq $this.Text) { $found = $Standin.Accounts[$sid] }
                if ($Standin.Accounts[$sid] -eq $this.Text) { $found = $sid }
            }
            if ($null -eq $found) { throw 'Some or all identity references could not be translated.' }
            return [pscustomobject] @{ Value = $found }
        }
        return $account
    }
    if ($TypeName -eq 'Security.AccessControl.DirectorySecurity') {
        $security = [pscustomobject] @{}
        $security | Add-Member -MemberType ScriptMethod -Name SetSecurityDescriptorSddlForm -Value { param($text) Add-StandinCall "Folder $text" }
        return $security
    }
    if ($PSBoundParameters.ContainsKey('ArgumentList')) { return , (Microsoft.PowerShell.Utility\New-Object -TypeName $TypeName -ArgumentList $ArgumentList) }
    return , (Microsoft.PowerShell.Utility\New-Object -TypeName $TypeName)
}

# Windows PowerShell's ConvertFrom-Json leaves texts alone; later ones make times of those that look like one. So such a text is marked
# before and freed behind.
function Remove-StandinMark {
    param([object] $Value)
    if ($Value -is [string]) { return $Value.TrimStart([char] 1) }
    if ($Value -is [array]) {
        for ($i = 0; $i -lt $Value.Length; $i++) { $Value[$i] = Remove-StandinMark $Value[$i] }
        return , $Value
    }
    if ($Value -is [Management.Automation.PSCustomObject]) {
        foreach ($property in @($Value.PSObject.Properties)) { $property.Value = Remove-StandinMark $property.Value }
    }
    return $Value
}
function ConvertFrom-Json {
    param([string] $InputObject)
    $marked = [regex]::Replace($InputObject, '"([0-9]{4}-[0-9]{2}-[0-9]{2}T)', '"\u0001$1')
    return Remove-StandinMark (Microsoft.PowerShell.Utility\ConvertFrom-Json -InputObject $marked)
}

# Windows PowerShell gives every array a property Count of its own; an array in a wrapper then becomes { value, Count } in JSON.
Update-TypeData -TypeName System.Array -MemberType AliasProperty -MemberName Count -Value Length -Force
$env:ProgramFiles = 'C:\Program Files'
$env:ProgramData = 'C:\ProgramData'
$env:SystemRoot = 'C:\Windows'
$env:COMPUTERNAME = 'FS01'
