# stepwise: filesync/close-open-files act with windows/envelope windows/native windows/smb
# Closes the files that are open at or under a folder and the sessions that are connected to its shares. What a client has not
# written yet is lost for it. What is gone when its turn comes is no failure; what stays is seen by the next look.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.
Write-StepwiseAnswer {
    param([object] $Call)
    $folder = [string] $Call.path
    if ($folder -eq '') { throw 'Stepwise.Input: no path' }
    $sessions = @((Get-StepwiseSession $folder)['sessions'])
    $files = @(Get-StepwiseOpenFile $folder)
    foreach ($file in $files) {
        $null = Close-SmbOpenFile -FileId $file.FileId -Force -ErrorAction SilentlyContinue
    }
    foreach ($session in $sessions) {
        $null = Close-SmbSession -SessionId $session.SessionId -Force -ErrorAction SilentlyContinue
    }
    return [ordered] @{ closed_files = $files.Count; closed_sessions = $sessions.Count }
}
