# script: filesync/access-state
# args: {"path":"D:\\Shares\\Team"}
# culture: C.UTF-8
$Standin.Shares = @(
    (New-StandinObject 'MSFT_SmbShare' ([ordered] @{ Name = 'Above'; ScopeName = '*'; Path = 'D:\Shares'; Description = ''; Special = $false; Temporary = $false }))
    (New-StandinObject 'MSFT_SmbShare' ([ordered] @{ Name = 'Below'; ScopeName = '*'; Path = 'D:\Shares\Team\Deep'; Description = ''; Special = $false; Temporary = $false }))
    (New-StandinObject 'MSFT_SmbShare' ([ordered] @{ Name = 'Other'; ScopeName = '*'; Path = 'D:\Other'; Description = ''; Special = $false; Temporary = $false }))
)
$Standin.Access['Above'] = @()
$Standin.Access['Below'] = @(@{ account = '*S-1-1-0'; type = 'Allow'; right = 'Read' })
