# script: filesync/restore-access
# args: {"shares":[{"name":"Team's","scope":"*","access":[{"account":"CONTOSO\\Bürgermeister","sid":"S-1-5-21-1-2-3-500","type":"Allow","right":"Change"},{"account":"CONTOSO\\new","sid":null,"type":"Deny","right":"Full"}]}]}
# culture: C.UTF-8
$Standin.Accounts['S-1-5-21-1-2-3-500'] = 'CONTOSO\Bürgermeister'
$Standin.Access["Team's"] = @(
    @{ account = 'CONTOSO\Bürgermeister'; type = 'Allow'; right = 'Full' }
    @{ account = 'S-1-5-21-9-9-9-1001'; type = 'Allow'; right = 'Change' }
    @{ account = 'CONTOSO\gone'; type = 'Allow'; right = 'Custom' }
)
