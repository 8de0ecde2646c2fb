# stepwise: windows/folder-count look with windows/envelope windows/volume
# Files in a folder and below it, by names and attributes only.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.
Write-StepwiseAnswer {
    param([object] $Call)
    $folder = ([string] $Call.path).TrimEnd('\')
    if (-not (Test-Path -LiteralPath $folder -PathType Container)) { throw 'Stepwise.NotFound: the folder is not there' }
    $folder = [StepwiseVolume]::RealOf($folder)
    $walk = [StepwiseVolume]::Walk($folder, $folder, 0, 0, $false)
    return [ordered] @{
        files = $walk.Files
        bytes = $walk.Length
        folders = $walk.Folders
        unread_folders = $walk.UnreadCount
    }
}
