# stepwise: hooks/plain part
# What a command gave, as values that say the same everywhere: times as ISO 8601 UTC, names for the numbers of an enumeration, lists that
# stay lists. Left to ConvertTo-Json, a time becomes /Date(...)/, some lists become { value, Count }, and a file or a service drags half
# of the system behind it.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.
function ConvertTo-StepwisePlain {
    param([object] $Value, [int] $Depth)
    if ($null -eq $Value) { return $null }
    if ($Value -is [DateTime] -or $Value -is [DateTimeOffset]) { return ConvertTo-StepwiseTime $Value }
    if ($Value -is [bool]) { return [bool] $Value }
    # Numbers that JSON or its readers do not hold: whole ones beyond 64 bits with a sign (CIM says "no limit" so), NaN and infinities.
    if (($Value -is [uint64] -or $Value -is [decimal]) -and ($Value -gt [int64]::MaxValue -or $Value -lt [int64]::MinValue)) { return [string] $Value }
    if (($Value -is [double] -or $Value -is [single]) -and ([double]::IsNaN($Value) -or [double]::IsInfinity($Value))) { return [string] $Value }
    if ($Value -is [IntPtr] -or $Value -is [UIntPtr]) { return [string] $Value }
    if ($Value -is [ValueType] -and $Value.GetType().IsPrimitive -and $Value -isnot [char]) { return $Value }
    if ($Value -is [decimal]) { return $Value }
    if ($Value -is [string] -or $Value -is [ValueType] -or $Depth -le 0) { return [string] $Value }
    if ($Value -is [Collections.IDictionary]) {
        $map = [ordered] @{}
        foreach ($key in @($Value.Keys)) { $map[[string] $key] = ConvertTo-StepwisePlain $Value[$key] ($Depth - 1) }
        return $map
    }
    if ($Value -is [Collections.IEnumerable]) {
        $list = New-Object -TypeName Collections.ArrayList
        foreach ($one in $Value) { $null = $list.Add((ConvertTo-StepwisePlain $one ($Depth - 1))) }
        return , @($list.ToArray())
    }
    $map = [ordered] @{}
    foreach ($property in @($Value.PSObject.Properties)) {
        if (@('CimClass', 'CimInstanceProperties', 'CimSystemProperties', 'PSComputerName') -contains $property.Name) { continue }
        $its = $null
        try { $its = $property.Value } catch { $its = $null }
        $map[$property.Name] = ConvertTo-StepwisePlain $its ($Depth - 1)
    }
    return $map
}
