# stepwise: filesync/manifest look with windows/envelope filesync/files
# A range of the folder's files as sorted lines `KIND BYTES TICKS PATH`. KEEP IN STEP: manifest.h, which says what the lines mean.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.
Write-StepwiseAnswer {
    param([object] $Call)
    $folder = Get-StepwiseFolder $Call
    $range = [StepwiseFiles]::Read($folder, [string] $Call.after, [int] $Call.max)
    return [ordered] @{ lines = $range.Lines.ToString(); through = $range.Through; count = $range.Count }
}
