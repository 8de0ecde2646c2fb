# script: hooks/look-command
# args: {"command":"Get-Thing","with":{"Name":"it's; $(rm) Ü","Count":[1,2]},"select":[]}
# culture: C.UTF-8
function Get-Thing {
    [CmdletBinding()] param([string] $Name, [int[]] $Count)
    [pscustomobject] @{ Name = $Name; Sum = ($Count | Measure-Object -Sum).Sum; When = [DateTime]::SpecifyKind([DateTime] '2026-11-20T20:00:00', 'Utc'); Kind = [Standin.Sharing] 1; Size = [uint64] 18446744073709551615; Ratio = 1.5; Odd = [double]::NaN; Endless = [single]::PositiveInfinity; Vast = [decimal]::MaxValue; Handle = [IntPtr] 5; Part = [decimal] 2.50; None = $null; List = @('one'); Empty = @(); Map = @{ a = 1 }; Deep = [pscustomobject] @{ Deeper = [pscustomobject] @{ Deepest = [pscustomobject] @{ x = 1 } } }; Flag = $true; Letter = [char] 'x' }
}
