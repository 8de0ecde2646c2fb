# script: filesync/volume-space
# args: {"path":"D:\\Shares\\Team"}
# culture: C.UTF-8
$Standin.Services = @([ordered] @{ Name = 'SrmSvc'; State = 'Running' })
function Get-FsrmQuota {
    New-StandinObject 'MSFT_FSRMQuota' ([ordered] @{ Path = 'D:\Shares'; Size = [uint64] 9223372036854775807; Usage = [uint64] 1; SoftLimit = $false; Disabled = $false })
    New-StandinObject 'MSFT_FSRMQuota' ([ordered] @{ Path = 'D:\Shares\Team'; Size = [uint64] 5000000000; Usage = [uint64] 6000000000; SoftLimit = $false; Disabled = $false })
    New-StandinObject 'MSFT_FSRMQuota' ([ordered] @{ Path = 'D:\Shares\Other'; Size = [uint64] 5; Usage = [uint64] 6; SoftLimit = $false; Disabled = $false })
}
