# stepwise: filesync/tiered-scan look with windows/envelope windows/native windows/volume
# Tiered files of the whole volume of a folder, by their reparse tag 0x8000001E, and what the folder itself holds. Walks by names and
# attributes only: opening a tiered file would recall it.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.
Write-StepwiseAnswer {
    param([object] $Call)
    $folder = ([string] $Call.path).TrimEnd('\')
    if (-not (Test-Path -LiteralPath $folder -PathType Container)) { throw 'Stepwise.NotFound: the folder is not there' }
    $folder = [StepwiseVolume]::RealOf($folder)
    # Before the walk: what is tiered behind the walker's back is in the journal from here on.
    $journal = Get-StepwiseJournal $folder
    $walk = [StepwiseVolume]::Walk([StepwiseVolume]::RootOf($folder), $folder, (Get-StepwiseTieredTag), [int] $Call.max, $true)
    $files = @()
    foreach ($file in $walk.Tagged) {
        $files += [ordered] @{ path = $file.Path; bytes = $file.Length; allocated = $file.Allocated; changed = ConvertTo-StepwiseTime $file.Changed }
    }
    $newest = $null
    if ($walk.TaggedCount -gt 0) { $newest = ConvertTo-StepwiseTime $walk.Newest }
    return [ordered] @{
        files = @($files)
        count = $walk.TaggedCount
        bytes = $walk.TaggedLength
        missing_bytes = $walk.TaggedMissing
        newest = $newest
        folder = [ordered] @{ files = $walk.Files; bytes = $walk.Length; allocated = $walk.Allocated }
        unread_folders = @($walk.Unread)
        unread_count = $walk.UnreadCount
        usn = $journal
    }
}
