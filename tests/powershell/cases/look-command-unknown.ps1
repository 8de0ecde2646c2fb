# script: hooks/look-command
# args: {"command":"Get-Unknown","with":{},"select":[]}
# culture: C.UTF-8
