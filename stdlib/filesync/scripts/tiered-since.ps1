# stepwise: filesync/tiered-since look with windows/envelope windows/native windows/volume
# Files of the volume that became tiered since a place in its change journal, sync's own doing above all.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.
Write-StepwiseAnswer {
    param([object] $Call)
    $folder = [string] $Call.path
    $journal = Get-StepwiseJournal $folder
    if ($null -eq $journal) { throw 'Stepwise.Unknown: the volume''s change journal can not be read: none is active (fsutil usn createjournal), or the login is no administrator' }
    $tiered = @()
    $isComplete = $true
    # A journal of another id, or one that no longer reaches back, can't be read from there: the caller sees it by id and first_usn.
    if ($journal['journal_id'] -eq [string] $Call.journal_id -and $journal['first_usn'] -le [int64] $Call.since_usn) {
        $tiered = @([StepwiseVolume]::GetTagged($folder, [uint64] $journal['journal_id'], [int64] $Call.since_usn, [int64] $journal['next_usn'], (Get-StepwiseTieredTag), [int] $Call.max, [ref] $isComplete))
    }
    return [ordered] @{
        journal_id = $journal['journal_id']
        first_usn = $journal['first_usn']
        next_usn = $journal['next_usn']
        tiered = @($tiered)
        is_complete = $isComplete
    }
}
