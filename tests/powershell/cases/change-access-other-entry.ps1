# script: filesync/change-access
# args: {"shares":[{"name":"Team","scope":"*","remove":[{"account":"Jeder","sid":"S-1-1-0","type":"Deny","right":"Full"}],"add":[]},{"name":"Harbour","scope":"*","remove":[{"account":"Jeder","sid":"S-1-1-0","type":"Deny","right":"Full"}],"add":[]}]}
# culture: C.UTF-8
# Unblock would take both of Everyone's entries, so the first share is left alone; the second is opened all the same.
$Standin.Accounts['S-1-1-0'] = 'Jeder'
$Standin.Access['Team'] = @(
    @{ account = 'Jeder'; type = 'Deny'; right = 'Full' }
    @{ account = 'Jeder'; type = 'Deny'; right = 'Change' }
)
$Standin.Access['Harbour'] = @(
    @{ account = 'Jeder'; type = 'Deny'; right = 'Full' }
)
