# stepwise: filesync/change-journal look with windows/envelope windows/native
# Changes under a folder since a place in the volume's change journal; those that are marked as data management (tiering) are
# left out, since they change no content.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.
Write-StepwiseAnswer {
    param([object] $Call)
    $folder = [string] $Call.path
    $journal = Get-StepwiseJournal $folder
    if ($null -eq $journal) { throw 'Stepwise.Unknown: the volume''s change journal can not be read: none is active (fsutil usn createjournal), or the login is no administrator' }
    $changes = @()
    $isComplete = $true
    # A journal of another id, or one that no longer reaches back, can't be read from there: the caller sees it by id and first_usn.
    if ($journal['journal_id'] -eq [string] $Call.journal_id -and $journal['first_usn'] -le [int64] $Call.since_usn) {
        $found = [StepwiseNative]::GetChanges($folder, [uint64] $journal['journal_id'], [int64] $Call.since_usn, [int] $Call.max, [ref] $isComplete)
        foreach ($change in $found) {
            $changes += [ordered] @{
                usn = $change.Usn
                path = $change.Path
                reason = ('0x{0:x8}' -f $change.Reason)
                by_sync = $false
            }
        }
    }
    return [ordered] @{
        journal_id = $journal['journal_id']
        first_usn = $journal['first_usn']
        next_usn = $journal['next_usn']
        changes = @($changes)
        is_complete = $isComplete
    }
}
