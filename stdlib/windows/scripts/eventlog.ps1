# stepwise: windows/eventlog part
# How far an event log reaches, and events out of it as XML. Reads only.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.

# Oldest and newest record and when the log was made; an empty log has 0 for both. The time of the making is read first: a log that is
# made anew in between shows by records that are older than the mark.
function Get-StepwiseLog {
    param([string] $Channel)
    $type = [Diagnostics.Eventing.Reader.PathType]::LogName
    $info = [Diagnostics.Eventing.Reader.EventLogSession]::GlobalSession.GetLogInformation($Channel, $type)
    $newest = 0
    $oldest = 0
    foreach ($record in @(Get-StepwiseEvent $Channel '*' 1 $false)) { $newest = $record.id }
    foreach ($record in @(Get-StepwiseEvent $Channel '*' 1 $true)) { $oldest = $record.id }
    return [ordered] @{
        channel = $Channel
        newest_record_id = $newest
        oldest_record_id = $oldest
        created = ConvertTo-StepwiseTime $info.CreationTime
    }
}

# Events by an XPath that holds no text of the caller, one by one as { id, xml }; that there are none is no error, any failure is.
# Not by Get-WinEvent: it renders a message for each one, in the server's language and at many times the cost, and tells an empty
# answer by an error.
function Get-StepwiseEvent {
    param([string] $Channel, [string] $XPath, [int] $Max, [bool] $IsOldestFirst)
    $type = [Diagnostics.Eventing.Reader.PathType]::LogName
    $query = New-Object -TypeName Diagnostics.Eventing.Reader.EventLogQuery -ArgumentList @($Channel, $type, $XPath)
    $query.ReverseDirection = -not $IsOldestFirst
    $reader = $null
    try {
        $reader = New-Object -TypeName Diagnostics.Eventing.Reader.EventLogReader -ArgumentList $query
        for ($i = 0; $i -lt $Max; $i++) {
            $record = $reader.ReadEvent()
            if ($null -eq $record) { break }
            @{ id = ConvertTo-StepwiseNumber $record.RecordId; xml = [string] $record.ToXml() }
            $record.Dispose()
        }
    } catch {
        if ($_.Exception.GetBaseException() -is [Diagnostics.Eventing.Reader.EventLogNotFoundException]) { throw ('Stepwise.NotFound: there is no event log ' + $Channel) }
        throw
    } finally {
        if ($null -ne $reader) { $reader.Dispose() }
    }
}
