# script: filesync/volume-space
# args: {"path":"D:\\Shares\\Team"}
# culture: C.UTF-8
$Standin.Services = @([ordered] @{ Name = 'SrmSvc'; State = 'Running' })
