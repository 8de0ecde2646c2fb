# stepwise: filesync/never-synced look with windows/envelope filesync/files
# Files that sync never uploads, or not all of them, and never reports. Not seen: streams of folders, and extended attributes.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.
Write-StepwiseAnswer {
    param([object] $Call)
    $root = Get-StepwiseFolder $Call
    $left = [StepwiseFiles]::GetLeftovers($root, [int] $Call.max)
    $files = New-Object -TypeName Collections.ArrayList
    foreach ($file in $left.Files) {
        $null = $files.Add([ordered] @{ path = $file.Path; bytes = $file.Length; changed = ConvertTo-StepwiseTime $file.Changed; why = $file.Why })
    }
    $newest = $null
    if ($left.Count -gt 0) { $newest = ConvertTo-StepwiseTime $left.Newest }
    return [ordered] @{
        files = @($files.ToArray())
        count = $left.Count
        bytes = $left.Bytes
        newest = $newest
        unread_folders = @($left.Unread)
        is_complete = ($files.Count -eq $left.Count -and $left.UnreadCount -eq 0)
    }
}
