# stepwise: filesync/never-synced look with windows/envelope windows/native
# Files that sync never uploads and never reports. Walks by names and attributes only: opening a tiered file would recall it.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.
Write-StepwiseAnswer {
    param([object] $Call)
    $root = ([string] $Call.path).TrimEnd('\')
    $max = [int] $Call.max
    if (-not (Test-Path -LiteralPath $root -PathType Container)) { throw 'Stepwise.NotFound: the folder is not there' }
    # 0x8000001E: tiered by sync; 0x90000027: its folders; 0x80000013: deduplicated, which is synced.
    $syncTags = @([uint32] 2147483678, [uint32] 2415919143, [uint32] 2147483667)
    $files = New-Object -TypeName Collections.ArrayList
    $unread = New-Object -TypeName Collections.ArrayList
    $folders = New-Object -TypeName Collections.Stack
    $folders.Push('\\?\' + $root)
    $count = 0
    $bytes = [int64] 0
    $newest = $null
    while ($folders.Count -gt 0) {
        $folder = [string] $folders.Pop()
        $children = @()
        try {
            $children = @(Get-ChildItem -LiteralPath $folder -Force)
        } catch {
            $null = $unread.Add($folder.Substring(4))
            continue
        }
        foreach ($child in $children) {
            $attributes = [int] $child.Attributes
            $why = $null
            $isFolder = ($attributes -band 16) -ne 0
            if ($isFolder -and $folder.Length -eq $root.Length + 4 -and @('System Volume Information', '.SystemShareInformation') -contains $child.Name) { continue }
            if (($attributes -band 1024) -ne 0 -and $syncTags -notcontains [StepwiseNative]::GetReparseTag($child.FullName)) {
                $why = 'reparse'
            } elseif ($isFolder) {
                $folders.Push($child.FullName)
                continue
            } elseif (($attributes -band 16384) -ne 0) {
                $why = 'efs'
            } elseif ($child.Name -match '^(desktop\.ini|thumbs\.db|ehthumbs\.db|~\$.*\..*|.*\.laccdb|.*\.tmp)$') {
                $why = 'name'
            } elseif (@(Get-Item -LiteralPath $child.FullName -Force -Stream * | Where-Object { $_.Stream -ne ':$DATA' -and $_.Stream -ne 'Zone.Identifier' }).Count -gt 0) {
                $why = 'ads'
            } else {
                continue
            }
            $length = [int64] 0
            if (-not $isFolder) { $length = [int64] $child.Length }
            $count++
            $bytes += $length
            if ($null -eq $newest -or $child.LastWriteTimeUtc -gt $newest) { $newest = $child.LastWriteTimeUtc }
            if ($files.Count -lt $max) {
                $null = $files.Add([ordered] @{
                    path = $child.FullName.Substring($root.Length + 5)
                    bytes = $length
                    changed = ConvertTo-StepwiseTime $child.LastWriteTimeUtc
                    why = $why
                })
            }
        }
    }
    return [ordered] @{
        files = @($files.ToArray())
        count = $count
        bytes = $bytes
        newest = ConvertTo-StepwiseTime $newest
        unread_folders = @($unread.ToArray())
        is_complete = ($files.Count -eq $count -and $unread.Count -eq 0)
    }
}
