# script: hooks/run-command
# args: {"command":"Set-Thing","with":{"On":true,"Names":["a","b"]},"select":[]}
# culture: C.UTF-8
function Set-Thing { [CmdletBinding()] param([bool] $On, [string[]] $Names) Add-StandinCall "Set-Thing $On $($Names -join '+')"; 'text'; 42 }
