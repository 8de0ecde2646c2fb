# script: filesync/change-access
# args: {"shares":[{"name":"Team","scope":"*","remove":[{"account":"Jeder","sid":"S-1-1-0","type":"Deny","right":"Full"},{"account":"CONTOSO\\Users","sid":"S-1-5-21-1-2-3-513","type":"Allow","right":"Read"}],"add":[{"account":"CONTOSO\\Users","sid":"S-1-5-21-1-2-3-513","type":"Allow","right":"Change"}]}]}
# culture: C.UTF-8
# The deny of somebody else and all other entries stay.
$Standin.Accounts['S-1-1-0'] = 'Jeder'
$Standin.Accounts['S-1-5-21-1-2-3-513'] = 'CONTOSO\Users'
$Standin.Accounts['S-1-5-21-1-2-3-9'] = 'CONTOSO\Temps'
$Standin.Access['Team'] = @(
    @{ account = 'CONTOSO\Temps'; type = 'Deny'; right = 'Full' }
    @{ account = 'Jeder'; type = 'Deny'; right = 'Full' }
    @{ account = 'CONTOSO\Users'; type = 'Allow'; right = 'Read' }
)
