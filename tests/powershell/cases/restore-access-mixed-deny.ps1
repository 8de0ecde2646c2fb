# script: filesync/restore-access
# args: {"shares":[{"name":"Team's","scope":"*","access":[{"account":"CONTOSO\\Users","sid":null,"type":"Allow","right":"Change"},{"account":"Everyone","sid":"S-1-1-0","type":"Deny","right":"Read"}]},{"name":"Plans","scope":"*","access":[{"account":"CONTOSO\\Users","sid":null,"type":"Allow","right":"Change"},{"account":"CONTOSO\\Guests","sid":null,"type":"Deny","right":"Read"}]}]}
# culture: C.UTF-8
$Standin.Accounts['S-1-1-0'] = 'Everyone'
$Standin.Access["Team's"] = @(
    @{ account = 'CONTOSO\Users'; type = 'Allow'; right = 'Change' }
    @{ account = 'Everyone'; type = 'Deny'; right = 'Read' }
    @{ account = 'Everyone'; type = 'Deny'; right = 'Full' }
)
$Standin.Access['Plans'] = @(
    @{ account = 'CONTOSO\Users'; type = 'Allow'; right = 'Change' }
    @{ account = 'CONTOSO\Guests'; type = 'Deny'; right = 'Read' }
    @{ account = 'Everyone'; type = 'Deny'; right = 'Full' }
)
