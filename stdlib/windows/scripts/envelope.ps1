# stepwise: windows/envelope part
# Reads the caller's arguments and prints the answer as one line of UTF-8 JSON: nonce, the server's own time, and result or
# error. Windows PowerShell 5.1. Never run against a real server: written from published documentation.
# A blank line ends a statement that is read from standard input, so there is none inside of a block.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$WarningPreference = 'SilentlyContinue'
[Threading.Thread]::CurrentThread.CurrentCulture = [Globalization.CultureInfo]::InvariantCulture

# An instant as ISO 8601 UTC; nothing stays null.
function ConvertTo-StepwiseTime {
    param([object] $Time)
    if ($null -eq $Time) { return $null }
    $utc = ([DateTime] $Time).ToUniversalTime()
    return $utc.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", [Globalization.CultureInfo]::InvariantCulture)
}

# Run the body of a script with the caller's arguments; whatever happens, one line comes out.
function Write-StepwiseAnswer {
    param([scriptblock] $Body)
    $answer = [ordered] @{ stepwise = 1; nonce = $null; time = $null }
    $code = 0
    try {
        $json = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($StepwiseArguments))
        $call = ConvertFrom-Json -InputObject $json
        $answer['nonce'] = $call.nonce
        $result = & $Body $call.args
        if ($null -eq $result) { throw 'Stepwise.Empty: the script gave no result' }
        if ($result -is [array]) { throw 'Stepwise.Several: the script gave more than one result' }
        $answer['result'] = $result
    } catch {
        $code = 20
        $answer['error'] = [ordered] @{
            id = [string] $_.FullyQualifiedErrorId
            message = [string] $_.Exception.Message
        }
    }
    $answer['time'] = ConvertTo-StepwiseTime ([DateTime]::UtcNow)
    $line = (ConvertTo-Json -InputObject $answer -Depth 8 -Compress) + "`n"
    $bytes = [Text.Encoding]::UTF8.GetBytes($line)
    $stdout = [Console]::OpenStandardOutput()
    $stdout.Write($bytes, 0, $bytes.Length)
    $stdout.Flush()
    exit $code
}
