# script: filesync/access-state
# args: {"path":"D:\\Shares\\Team"}
# culture: C.UTF-8
$Standin.Errors['Get-SmbShare'] = @{ id = 'Windows System Error 5'; category = 'PermissionDenied'; text = 'Zugriff verweigert' }
