# script: filesync/access-state
# args: {"path":"D:\\Shares\\Team"}
# culture: C.UTF-8
$Standin.Shares = @(
    (New-StandinObject 'MSFT_SmbShare' ([ordered] @{ Name = 'IPC$'; ScopeName = '*'; Path = ''; Description = ''; Special = $true; Temporary = $false }))
    (New-StandinObject 'MSFT_SmbShare' ([ordered] @{ Name = 'D$'; ScopeName = '*'; Path = 'D:\'; Description = ''; Special = $true; Temporary = $false }))
    (New-StandinObject 'MSFT_SmbShare' ([ordered] @{ Name = 'Team''s'; ScopeName = '*'; Path = 'D:\Shares\Team'; Description = ''; Special = $false; Temporary = $false }))
)
