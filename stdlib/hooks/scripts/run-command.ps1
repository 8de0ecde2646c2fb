# stepwise: hooks/run-command act with windows/envelope hooks/plain
# One command that a hook asked for. Its parameters are data.
# Windows PowerShell 5.1. Never run against a real server: written from published documentation.
Write-StepwiseAnswer {
    param([object] $Call)
    if ($Call.command -cnotmatch '^[A-Z][A-Za-z0-9]*-[A-Za-z0-9]+$') { throw 'Stepwise.Input: no command of a hook' }
    $command = Get-Command -Name $Call.command -CommandType @('Cmdlet', 'Function') -ErrorAction Stop | Select-Object -First 1
    $with = @{}
    foreach ($one in @($Call.with.PSObject.Properties)) { $with[$one.Name] = $one.Value }
    $items = @(& $command @with -ErrorAction Stop)
    if (@($Call.select).Count -gt 0) { $items = @($items | Select-Object -Property @($Call.select)) }
    $plain = New-Object -TypeName Collections.ArrayList
    foreach ($item in $items) { $null = $plain.Add((ConvertTo-StepwisePlain $item 3)) }
    return [ordered] @{ items = @($plain.ToArray()) }
}
