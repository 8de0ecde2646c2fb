#!/usr/bin/env bats
# fmt: what it writes, when it writes nothing, and that no runbook of the tree means anything else.
load support

messy() { # FILE
    printf 'name: demo/look\nstepwise: 1\n# The version.\nversion: 1.0.0\nsteps:\n- {end: done,id: done}\n' >"$1"
}

@test "a file is written anew in place, with its mode, and named; the second time nothing happens" {
    messy "$T/r.yaml"
    chmod 640 "$T/r.yaml"
    try "$S" fmt "$T/r.yaml"
    exits 0
    [ "$out" = "$T/r.yaml" ]
    [ "$(stat -c %a "$T/r.yaml")" = 640 ]
    [ "$(cat "$T/r.yaml")" = "$(printf 'stepwise: 1\nname: demo/look\n# The version.\nversion: 1.0.0\nsteps:\n  - { id: done, end: done }')" ]
    before=$(stat -c '%i %Y' "$T/r.yaml")
    try "$S" fmt "$T/r.yaml"
    exits 0
    [ -z "$out" ]
    [ "$(stat -c '%i %Y' "$T/r.yaml")" = "$before" ]
    [ "$(find "$T" -name "*r.yaml*" | wc -l)" -eq 1 ]
}

@test "check names what would change, changes nothing, and fails" {
    messy "$T/r.yaml"
    cp "$T/r.yaml" "$T/copy"
    try "$S" fmt --check "$T/r.yaml"
    exits 1
    [ "$out" = "$T/r.yaml" ]
    cmp "$T/r.yaml" "$T/copy"
    "$S" fmt -q "$T/r.yaml"
    try "$S" fmt --check "$T/r.yaml"
    exits 0
    [ -z "$out$err" ]
}

@test "standard input goes to standard output" {
    messy "$T/r.yaml"
    "$S" fmt - <"$T/r.yaml" >"$T/out"
    head -1 "$T/out" | grep -qx 'stepwise: 1'
}

@test "a file with errors is left alone, and the others are not" {
    messy "$T/good.yaml"
    printf 'stepwise: 1\nname: a\nname: b\n' >"$T/bad.yaml"
    cp "$T/bad.yaml" "$T/copy"
    try "$S" fmt "$T/bad.yaml" "$T/good.yaml"
    exits 65
    says "$err" "bad.yaml:3:1: error[SW0130]"
    cmp "$T/bad.yaml" "$T/copy"
    grep -qx '  - { id: done, end: done }' "$T/good.yaml"
}

@test "a folder means the files of ours below it; a link stays a link" {
    mkdir -p "$T/team/other"
    messy "$T/real.yaml"
    ln -s ../real.yaml "$T/team/link.yaml"
    printf 'b:    1\n' >"$T/team/other/compose.yaml"
    try "$S" fmt "$T/team"
    exits 0
    [ -L "$T/team/link.yaml" ]
    grep -qx '  - { id: done, end: done }' "$T/real.yaml"
    grep -qx 'b:    1' "$T/team/other/compose.yaml"
}

@test "a file that may not be written is an error" {
    [ "$(id -u)" -ne 0 ] || skip "root may write everything"
    messy "$T/r.yaml"
    chmod 400 "$T/r.yaml"
    try "$S" fmt "$T/r.yaml"
    exits 70
    says "$err" "read-only"
}

# Comments, each without what surrounds it, sorted.
comments() {
    sed -n 's/^[^#"'"'"']*\(#.*[^ ]\) *$/\1/p' "$1" | grep -v '^# *$' | LC_ALL=C sort
}

@test "every runbook and world of the tree keeps its comments and its findings, and stays as it is the second time" {
    count=0
    for file in $(find runbooks examples tests -name '*.yaml' | LC_ALL=C sort); do
        "$S" fmt - <"$file" >"$T/once.yaml" 2>/dev/null || continue
        "$S" fmt - <"$T/once.yaml" | cmp "$T/once.yaml" - || { echo "$file"; return 1; }
        [ "$(comments "$file")" = "$(comments "$T/once.yaml")" ] || { echo "$file"; return 1; }
        count=$((count + 1))
    done
    [ "$count" -gt 80 ]
}

# What the program makes of a runbook, without the places where it stands.
model() { # FILE
    "$S" lint -o json "$1" | grep -E '"(code|message|errors)"' | sort
    "$S" plan "$1" --world "$W/clean.yaml" -p reason=migrate -o json 2>/dev/null |
        sed 's/"\(line\|column\|digest\|sha256\)": [^,]*//; s/[0-9a-f]\{64\}//g'
}

@test "a plan of the runbook is the same before and after" {
    for runbook in runbooks/filesync/scenario-?.yaml runbooks/filesync/delete-accepting-loss.yaml examples/01*/runbook.yaml; do
        # Brackets, blank lines and the order of keys as nobody should write them.
        sed -E -e 's/\{ /{    /g' -e 's/^$/\n/' \
            -e '/^    (do|wait|read): /{N;s/^(.*)\n(    target: .*)$/\2\n\1/}' "$runbook" >"$T/r.yaml"
        if "$S" fmt --check -q "$T/r.yaml"; then return 1; fi
        "$S" lint -q "$T/r.yaml"
        model "$T/r.yaml" >"$T/before"
        "$S" fmt -q "$T/r.yaml"
        "$S" fmt --check "$T/r.yaml"
        model "$T/r.yaml" >"$T/after"
        [ "$(wc -l <"$T/before")" -gt 0 ]
        diff "$T/before" "$T/after"
    done
}

@test "a generated runbook of 2000 steps keeps its findings and its size of steps" {
    tests/bench/generate 2000 >"$T/r.yaml"
    "$S" lint "$T/r.yaml" >"$T/before"
    "$S" fmt -q "$T/r.yaml"
    "$S" lint "$T/r.yaml" >"$T/after"
    diff "$T/before" "$T/after"
    "$S" fmt --check "$T/r.yaml"
}

@test "our own runbooks, worlds, tests and examples are laid out so" {
    try "$S" fmt --check runbooks examples
    exits 0
}
