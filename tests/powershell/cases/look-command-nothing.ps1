# script: hooks/look-command
# args: {"command":"Get-Nothing","with":{},"select":[]}
# culture: C.UTF-8
function Get-Nothing {}
