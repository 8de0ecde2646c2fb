# script: filesync/access-state
# args: {"path":"D:\\Shares\\Team"}
# culture: C.UTF-8
function Add-Type { param([string] $TypeDefinition) Microsoft.PowerShell.Utility\Add-Type -TypeDefinition 'public class {' }
