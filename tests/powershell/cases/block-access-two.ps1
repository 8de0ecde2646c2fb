# script: filesync/block-access
# args: {"shares":[{"name":"A","scope":"*"},{"name":"B","scope":"*"}]}
# culture: C.UTF-8
$Standin.Access['A'] = @()
$Standin.Access['B'] = @()
