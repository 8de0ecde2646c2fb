# stepwise: filesync/changed-since look with windows/envelope windows/native windows/volume
# Files of a folder that something other than sync changed since a time, by the records of the volume's change journal, which carry
# times of their own. Files that are gone are left out: nothing of them can be lost.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.
Write-StepwiseAnswer {
    param([object] $Call)
    $folder = ([string] $Call.path).TrimEnd('\')
    $since = [DateTime]::Parse([string] $Call.since, [Globalization.CultureInfo]::InvariantCulture, [Globalization.DateTimeStyles]::AdjustToUniversal)
    $journal = Get-StepwiseJournal $folder
    if ($null -eq $journal) { throw 'Stepwise.Unknown: the volume''s change journal can not be read: none is active (fsutil usn createjournal), or the login is no administrator' }
    $isComplete = $true
    $found = [StepwiseVolume]::GetChanged($folder, [uint64] $journal['journal_id'], [int64] $journal['first_usn'], [int64] $journal['next_usn'], $since, [int] $Call.max, [ref] $isComplete)
    $files = @()
    $bytes = [int64] 0
    foreach ($file in $found) {
        $bytes += $file.Length
        $files += [ordered] @{ path = $file.Path; bytes = $file.Length; changed = ConvertTo-StepwiseTime $file.Changed }
    }
    return [ordered] @{ files = @($files); count = $files.Count; bytes = $bytes; is_complete = $isComplete }
}
