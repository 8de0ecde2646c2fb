#!/usr/bin/env bats
# The lint of the PowerShell scripts, with one mistake each.

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || return 1
    command -v npm >/dev/null || skip "npm is not installed"
    T=$BATS_TEST_TMPDIR
}

# A script with this body.
script() { # look|act|part BODY
    printf '# stepwise: test/it %s\n' "$1" >"$T/it.ps1"
    cat >>"$T/it.ps1"
}

refuses() { # WORDS
    run .ci/lint/powershell "$T/it.ps1"
    printf '%s\n' "$output"
    [ "$status" -eq 1 ]
    [[ "$output" == *"it.ps1"*"$1"* ]]
}

accepts() {
    run .ci/lint/powershell "$T/it.ps1"
    printf '%s\n' "$output"
    [ "$status" -eq 0 ]
}

@test "every script of the tree passes" {
    run .ci/lint/powershell
    printf '%s\n' "$output"
    [ "$status" -eq 0 ]
    [[ "$output" == *" scripts, "* ]]
}

@test "what is no PowerShell is refused with its place" {
    script look <<<'if ($true) { Get-Date'
    refuses ":2:22: no PowerShell"
    script look <<<'$a = @{ b = }'
    refuses "no PowerShell"
    script look <<<"\$a = 'it's'"
    refuses "no PowerShell"
}

@test "a script within a script is read, too" {
    script act <<'END'
$text = @'
if ($true) { Get-Date
'@
END
    refuses "no PowerShell"
}

@test "a look that could change the server is refused" {
    for body in 'Remove-Item -LiteralPath $x' 'Set-Content -LiteralPath $x -Value 1' '& $x' \
        'Get-Date > $x' '[IO.File]::Delete($x)' '$x.Delete()' '[Diagnostics.Process]::Start($x)' \
        'New-Object -TypeName Net.WebClient' 'function Remove-All { Get-Date }' \
        'Start-ScheduledTask -TaskName x' 'Get-Item -LiteralPath "$(Stop-Service -Name x)"' \
        'foreach ($a in @(Clear-RecycleBin)) { }' 'whoami'; do
        script look <<<"$body"
        refuses ""
    done
}

@test "the same in an act is fine, and a look that looks" {
    script act <<<'Remove-Item -LiteralPath $x'
    accepts
    script look <<<'Get-Item -LiteralPath $x | Where-Object { $_.Length -gt 1 }'
    accepts
}

@test "what a look imports of Windows must only look" {
    script look <<'END'
Add-Type -TypeDefinition @'
using System;
public static class StepwiseX { [DllImport("kernel32.dll")] static extern bool DeleteFile(string name); }
'@
END
    refuses "imports DeleteFile"
}

@test "the traps of Windows PowerShell are refused in acts, too" {
    for body in 'Test-Path -Path $x' 'ConvertTo-Json $x' 'Invoke-Expression $x' \
        '$x | Format-Table' '[ScriptBlock]::Create($x)' 'ls' 'Write-Output 1' \
        'ConvertTo-Json -InputObject $x -Depth 4' 'Get-WinEvent -LogName x' \
        'Get-ChildItem -LiteralPath $x' 'Get-Content -LiteralPath $x -Raw'; do
        script act <<<"$body"
        refuses ""
    done
    printf '# stepwise: test/it act\n$a = \342\200\230x\342\200\231\n' >"$T/it.ps1"
    refuses "only ASCII"
}

@test "what would ask back, with nobody there, is refused" {
    script act <<<'Block-SmbShareAccess -Name $x -AccountName $y'
    refuses "asks back without -Force"
    script act <<<'Unregister-ScheduledTask -TaskName $x'
    refuses 'asks back without -Confirm:$false'
    script act <<<'Block-SmbShareAccess -Name $x -AccountName $y -Force'
    accepts
}

@test "a look may not take a failure for an empty answer" {
    script look <<<'$a = @(Get-ScheduledTask -TaskName $x -ErrorAction SilentlyContinue)'
    refuses "would look like Get-ScheduledTask that found nothing"
    script look <<<'$a = Get-Command -Name x -ErrorAction SilentlyContinue'
    accepts
    # What is gone already when it is to be closed is no failure.
    script act <<<'Close-SmbSession -SessionId $x -Force -ErrorAction SilentlyContinue'
    accepts
}

@test "nothing may not be cast to 0, nor a text to a time" {
    script look <<<'$a = [int64] $info.LastTaskResult'
    refuses "a cast makes 0 of a property that is not there"
    script look <<<'$a = @{ b = [int] ($job.mark.record_id) }'
    refuses "a cast makes 0"
    script look <<<'$a = [DateTime] $row'
    refuses "a cast to a time"
    # Arguments come from us, and are all there; an enumeration is never nothing.
    script look <<<'$a = [int64] $Call.since + [int] $item.Attributes'
    accepts
}

@test "a script that does not say what it is is refused" {
    printf 'Get-Date\n' >"$T/it.ps1"
    refuses "the first line"
}
