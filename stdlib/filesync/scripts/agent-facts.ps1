# stepwise: filesync/agent-facts look with windows/envelope
# Version, registration and certificate of the sync agent. What the agent does not tell is null.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.
Write-StepwiseAnswer {
    param([object] $Call)
    $service = Get-CimInstance -ClassName Win32_Service -Filter "Name = 'FileSyncSvc'"
    if ($null -eq $service) { throw 'Stepwise.NotFound: the agent (service FileSyncSvc) is not installed' }
    $folder = Join-Path -Path $env:ProgramFiles -ChildPath 'Azure\StorageSyncAgent'
    $module = Join-Path -Path $folder -ChildPath 'StorageSync.Management.ServerCmdlets.dll'
    $program = Join-Path -Path $folder -ChildPath 'FileSyncSvc.exe'
    $version = $null
    foreach ($file in @($program, $module)) {
        if ($null -eq $version -and (Test-Path -LiteralPath $file)) { $version = (Get-Item -LiteralPath $file).VersionInfo.ProductVersion }
    }
    $server = $null
    $hasStatus = $null
    if (Test-Path -LiteralPath $module) {
        Import-Module -Name $module
        $hasStatus = $null -ne (Get-Command -Name 'Get-StorageSyncStatus' -ErrorAction SilentlyContinue)
        # Not registered, or the service is down: what it does not tell is null. Az.StorageSync has a command of that name, too; the module
        # that was loaded last is asked.
        try { $server = @(Get-StorageSyncServer)[0] } catch { $server = $null }
    }
    # The properties of Get-StorageSyncServer are not published: take the first that is there and is a GUID.
    $serverId = $null
    $expires = $null
    if ($null -ne $server) {
        foreach ($name in @('ServerId', 'StorageSyncServerId', 'Id')) {
            $value = $server.PSObject.Properties[$name]
            if ($null -eq $serverId -and $null -ne $value -and [string] $value.Value -match '^\{?[0-9A-Fa-f-]{36}\}?$') { $serverId = ([string] $value.Value).Trim('{', '}') }
        }
        foreach ($name in @('CertificateExpirationDate', 'CertificateExpiration')) {
            $value = $server.PSObject.Properties[$name]
            if ($null -eq $expires -and $null -ne $value -and $value.Value -is [DateTime]) { $expires = $value.Value }
        }
    }
    return [ordered] @{
        agent_version = $version
        has_status_cmdlet = $hasStatus
        service_state = [string] $service.State
        certificate_expires = ConvertTo-StepwiseTime $expires
        server_id = $serverId
        computer_name = [string] $env:COMPUTERNAME
        boot_time = ConvertTo-StepwiseTime (Get-CimInstance -ClassName Win32_OperatingSystem).LastBootUpTime
    }
}
