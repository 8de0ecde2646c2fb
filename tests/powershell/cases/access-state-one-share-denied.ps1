# script: filesync/access-state
# args: {"path":"D:\\Shares\\Team"}
# culture: C.UTF-8
# env: STANDIN_NO_STATISTICS=1 STANDIN_NO_JOURNAL=1
$Standin.Shares = @(
    (New-StandinObject 'MSFT_SmbShare' ([ordered] @{ Name = 'Team'; ScopeName = '*'; Path = 'D:\Shares\Team\'; Description = ''; Special = $false; Temporary = $false }))
)
$Standin.Access['Team'] = @(@{ account = 'Jeder'; type = 'Deny'; right = 'Full' })
