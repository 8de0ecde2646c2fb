# script: filesync/access-state
# args: {"path":"D:\\Shares\\Team"}
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
$Standin.OpenFiles = @(
    [ordered] @{ FileId = [uint64] 18446744073709551615; SessionId = [uint64] 8796093022209; Path = "D:\Shares\Team\it's [a] Übung.docx"; ClientComputerName = '[fe80::1]'; ClientUserName = 'CONTOSO\anna' }
    [ordered] @{ FileId = [uint64] 7; SessionId = [uint64] 9; Path = 'D:\Shares\Team2\other.txt'; ClientComputerName = '10.0.0.9'; ClientUserName = 'CONTOSO\otto' }
)
$Standin.Sessions = @(
    [ordered] @{ SessionId = [uint64] 8796093022209; ClientComputerName = '[fe80::1]'; ClientUserName = 'CONTOSO\anna'; NumOpens = [uint64] 1 }
    [ordered] @{ SessionId = [uint64] 10; ClientComputerName = '10.0.0.10'; ClientUserName = 'CONTOSO\bert'; NumOpens = [uint64] 0 }
    [ordered] @{ SessionId = [uint64] 9; ClientComputerName = '10.0.0.9'; ClientUserName = 'CONTOSO\otto'; NumOpens = [uint64] 1 }
)
$Standin.Connections = @(
    [ordered] @{ ConnectionID = [uint32] 4; ShareName = "Team's"; ComputerName = '10.0.0.10'; UserName = 'bert'; NumberOfFiles = [uint32] 0 }
    [ordered] @{ ConnectionID = [uint32] 5; ShareName = "Team's"; ComputerName = 'nobody'; UserName = 'nobody'; NumberOfFiles = [uint32] 0 }
)
