# stepwise: windows/envelope part
# Reads the caller's arguments and prints the answer as one line of UTF-8 JSON: nonce, the server's own time, and result or
# error. Windows PowerShell 5.1. Never run against a real server: written from published documentation.
# A blank line ends a statement that is read from standard input, so there is none inside of a block. Preferences set here are global
# ones: a cmdlet that is a function of a module takes no others.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$WarningPreference = 'SilentlyContinue'

# An instant as ISO 8601 UTC. Nothing stays null, and so does what is no time: a text is read by no culture. A time without a zone is
# local, but for the hour that comes twice when summer time ends.
function ConvertTo-StepwiseTime {
    param([object] $Time)
    $utc = $null
    if ($Time -is [DateTimeOffset]) { $utc = $Time.UtcDateTime }
    if ($Time -is [DateTime]) {
        $isSure = $Time.Kind -ne [DateTimeKind]::Unspecified -or -not [TimeZoneInfo]::Local.IsAmbiguousTime($Time)
        if ($isSure) { $utc = $Time.ToUniversalTime() }
    }
    if ($null -eq $utc) { return $null }
    return $utc.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", [Globalization.CultureInfo]::InvariantCulture)
}

# A whole number. Nothing stays null: a cast would make it 0, which is an answer.
function ConvertTo-StepwiseNumber {
    param([object] $Number)
    if ($null -eq $Number) { return $null }
    return [int64] $Number
}

# What went wrong, for people and for the caller: an id that tells denied access whatever the language of the message is.
function ConvertTo-StepwiseError {
    param([object] $Record)
    $cause = $Record.Exception.GetBaseException()
    $id = [string] $Record.FullyQualifiedErrorId
    $isDenied = $cause -is [UnauthorizedAccessException] -or ($cause -is [ComponentModel.Win32Exception] -and $cause.NativeErrorCode -eq 5)
    if ($isDenied) { $id = 'Stepwise.Denied, ' + $id }
    return [ordered] @{ id = $id; message = [string] $Record.Exception.Message }
}

# Run the body of a script with the caller's arguments; whatever happens, one line comes out.
function Write-StepwiseAnswer {
    param([scriptblock] $Body)
    $answer = [ordered] @{ stepwise = 1; nonce = $null; time = $null }
    $code = 0
    try {
        # Here, not above: each statement that is read from standard input runs for itself and may get its thread's culture anew.
        [Threading.Thread]::CurrentThread.CurrentCulture = [Globalization.CultureInfo]::InvariantCulture
        [Threading.Thread]::CurrentThread.CurrentUICulture = [Globalization.CultureInfo]::InvariantCulture
        $json = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($StepwiseArguments))
        $call = ConvertFrom-Json -InputObject $json
        $answer['nonce'] = $call.nonce
        if ($PSVersionTable.PSVersion -lt [version] '5.1') { throw ('Stepwise.Old: this is Windows PowerShell ' + [string] $PSVersionTable.PSVersion + '; the scripts, and the sync agent, need 5.1 (Windows Management Framework 5.1)') }
        # C# that could not be compiled would show as "not known" in many places. Only that is looked for: reading statements of several
        # lines from standard input leaves errors of its own in $Error, one a line.
        $broken = @($Error | Where-Object { $_ -is [Management.Automation.ErrorRecord] -and $_.FullyQualifiedErrorId -like '*,Microsoft.PowerShell.Commands.AddTypeCommand' })
        if ($broken.Count -gt 0) { throw ('Stepwise.Part: C# within the script could not be compiled: ' + [string] $broken[-1]) }
        $result = & $Body $call.args
        if ($null -eq $result) { throw 'Stepwise.Empty: the script gave no result' }
        if ($result -is [array]) { throw 'Stepwise.Several: the script gave more than one result' }
        $answer['result'] = $result
    } catch {
        $code = 20
        $answer['error'] = ConvertTo-StepwiseError $_
    }
    $answer['time'] = ConvertTo-StepwiseTime ([DateTime]::UtcNow)
    $bytes = [Text.Encoding]::UTF8.GetBytes((ConvertTo-Json -InputObject $answer -Depth 8 -Compress) + "`n")
    # The caller reads no more than 16 MiB; cut short there, the answer would say nothing at all.
    if ($bytes.Length -gt 15728640) {
        $code = 20
        $answer.Remove('result')
        $answer['error'] = [ordered] @{ id = 'Stepwise.TooLarge'; message = 'the answer has ' + [string] $bytes.Length + ' bytes, more than the caller reads' }
        $bytes = [Text.Encoding]::UTF8.GetBytes((ConvertTo-Json -InputObject $answer -Depth 8 -Compress) + "`n")
    }
    $stdout = [Console]::OpenStandardOutput()
    $stdout.Write($bytes, 0, $bytes.Length)
    $stdout.Flush()
    exit $code
}
