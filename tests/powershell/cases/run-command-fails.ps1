# script: hooks/run-command
# args: {"command":"Set-Thing","with":{},"select":[]}
# culture: C.UTF-8
function Set-Thing { [CmdletBinding()] param() Write-Error -Message 'Zugriff verweigert' -ErrorId 'Windows System Error 5' -Category PermissionDenied }
