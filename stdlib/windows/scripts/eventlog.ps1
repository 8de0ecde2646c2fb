# stepwise: windows/eventlog part
# How far an event log reaches, and events out of it as XML. Reads only.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.

# Oldest and newest record and when the log was made; an empty log has 0 for both.
function Get-StepwiseLog {
    param([string] $Channel)
    $type = [Diagnostics.Eventing.Reader.PathType]::LogName
    $info = [Diagnostics.Eventing.Reader.EventLogSession]::GlobalSession.GetLogInformation($Channel, $type)
    $newest = 0
    $oldest = 0
    foreach ($record in @(Get-StepwiseEvent $Channel '*' 1 $false)) { $newest = $record.RecordId }
    foreach ($record in @(Get-StepwiseEvent $Channel '*' 1 $true)) { $oldest = $record.RecordId }
    return [ordered] @{
        channel = $Channel
        newest_record_id = $newest
        oldest_record_id = $oldest
        created = ConvertTo-StepwiseTime $info.CreationTime
    }
}

# Events by an XPath that holds no text of the caller; that there are none is no error, any other failure is.
function Get-StepwiseEvent {
    param([string] $Channel, [string] $XPath, [int] $Max, [bool] $IsOldestFirst)
    try {
        return @(Get-WinEvent -LogName $Channel -FilterXPath $XPath -MaxEvents $Max -Oldest:$IsOldestFirst)
    } catch {
        if ($_.FullyQualifiedErrorId -like 'NoMatchingEventsFound,*') { return @() }
        throw
    }
}
