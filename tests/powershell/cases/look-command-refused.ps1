# script: hooks/look-command
# args: {"command":"Remove-Thing","with":{},"select":[]}
# culture: C.UTF-8
