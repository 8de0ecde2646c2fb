# script: filesync/access-state
# args: {"path":"D:\\Gone"}
# culture: C.UTF-8
$Standin.Shares = @(
    (New-StandinObject 'MSFT_SmbShare' ([ordered] @{ Name = 'IPC$'; ScopeName = '*'; Path = ''; Description = ''; Special = $true; Temporary = $false }))
    (New-StandinObject 'MSFT_SmbShare' ([ordered] @{ Name = 'D$'; ScopeName = '*'; Path = 'D:\'; Description = ''; Special = $true; Temporary = $false }))
    (New-StandinObject 'MSFT_SmbShare' ([ordered] @{ Name = 'Team''s'; ScopeName = '*'; Path = 'D:\Shares\Team'; Description = ''; Special = $false; Temporary = $false }))
)
$Standin.Accounts['S-1-5-21-1-2-3-500'] = 'CONTOSO\Bürgermeister'
$Standin.Access["Team's"] = @(
    @{ account = 'CONTOSO\Bürgermeister'; type = 'Allow'; right = 'Full' }
    @{ account = 'S-1-5-21-9-9-9-1001'; type = 'Allow'; right = 'Change' }
    @{ account = 'CONTOSO\gone'; type = 'Allow'; right = 'Custom' }
)
