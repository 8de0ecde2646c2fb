# script: filesync/change-access
# args: {"shares":[{"name":"Team","scope":"*","remove":[{"account":"CONTOSO\\x","sid":"S-1-5-21-1-2-3-7","type":"Allow","right":"Read"}],"add":[]}]}
# culture: C.UTF-8
# An account of the same name and another id: its entry stays.
$Standin.Accounts['S-1-5-21-1-2-3-8'] = 'CONTOSO\x'
$Standin.Access['Team'] = @(
    @{ account = 'CONTOSO\x'; type = 'Allow'; right = 'Read' }
)
