#!/usr/bin/env bats
# lint over folders: what is found there, one summary, warnings that fail or are allowed, and SARIF.
load support

# A team's folder: a runbook, a site file and a world that are sound, and what is none of ours.
make_folder() {
    mkdir -p "$T/team/worlds" "$T/team/.git"
    sed "s/, accepts_loss: items//; s/, accepts_loss: files//" "$R" >"$T/team/.git/hidden.yaml"
    cp examples/01-look-before-you-leap/runbook.yaml "$T/team/look.yaml"
    cp "$W/clean.yaml" "$T/team/worlds/clean.yml"
    printf 'services:\n  web: { image: x }\n' >"$T/team/compose.yaml"
    cat >"$T/team/site.yaml" <<'Y'
# The targets of this place.
site: 1
targets:
  server:
    kind: windows.server
    settings: { host: fs01.contoso.example }
    login: { by: negotiate }
Y
}

# One warning, SW0214: text that other readers of YAML take for something else.
warned() { # FILE
    sed 's/^\( *title:\) Read.*$/\1 yes/' examples/01-look-before-you-leap/runbook.yaml >"$1"
}

@test "a folder means all of its runbooks, site files and worlds, with one summary" {
    make_folder
    try "$S" lint "$T/team"
    exits 0
    [ "$out" = "3 files (1 runbook, 1 site file, 1 world): 0 errors, 0 warnings; 1 other YAML file left alone" ]
    try "$S" lint -q "$T/team"
    exits 0
    [ -z "$out" ]
    try "$S" lint -v "$T/team"
    says "$out" "site.yaml: the site file is sound"
    says "$out" "clean.yml: the world is sound"
}

@test "findings of all files come before one summary, and decide the exit code" {
    make_folder
    printf 'world: filesync\nusers: { cuont: 3 }\n' >"$T/team/worlds/bad.yaml"
    sed -i 's/login: .*/login: { by: magic }/' "$T/team/site.yaml"
    try "$S" lint "$T/team"
    exits 65
    says "$out" "bad.yaml:2:"
    says "$out" "SW0853"
    [ "$(grep -c ' errors, ' "$T/out")" -eq 1 ]
    says "$out" "4 files (1 runbook, 1 site file, 2 worlds): 2 errors, 0 warnings"
}

@test "the same file twice, or a link to a folder above it, ends" {
    make_folder
    ln -s .. "$T/team/worlds/up"
    try "$S" lint "$T/team"
    exits 0
    says "$out" "3 files"
}

@test "a folder without any of our files is an error, not success" {
    mkdir -p "$T/empty"
    try "$S" lint "$T/empty"
    exits 64
    says "$err" "no runbook"
}

@test "strict lets a warning fail" {
    warned "$T/r.yaml"
    try "$S" lint "$T/r.yaml"
    exits 0
    try "$S" lint --strict "$T/r.yaml"
    exits 65
    says "$out" "warning[SW0214]"
}

@test "a warning is allowed by its name, by its code, or beside it; nothing else is" {
    warned "$T/r.yaml"
    name=$("$S" explain SW0214 | sed -n 's/^Rule: //p')
    for rule in "$name" SW0214 214; do
        try "$S" lint --strict --allow "$rule" "$T/r.yaml"
        exits 0
        lacks "$out" "warning"
    done
    try "$S" lint --strict --allow SW0504 "$T/r.yaml"
    exits 65
    sed -i "/^version:/s/\$/ # stepwise: allow $name/" "$T/r.yaml"
    try "$S" lint --strict "$T/r.yaml"
    exits 65
    where=$(sed -n 's/.*r.yaml:\([0-9]*\):.*SW0214.*/\1/p' "$T/out")
    sed "${where}s/\$/  # stepwise: allow other, $name/" "$T/r.yaml" >"$T/beside.yaml"
    sed "${where}i\\    # stepwise: allow SW0214" "$T/r.yaml" >"$T/above.yaml"
    try "$S" lint --strict "$T/beside.yaml" "$T/above.yaml"
    exits 0
}

@test "an error cannot be allowed" {
    sed 's/, accepts_loss: items//' "$R" >"$T/r.yaml"
    try "$S" lint --allow a-path-without-its-evidence --allow SW0501 "$T/r.yaml"
    exits 65
    says "$out" "error[SW0501]"
}

@test "a rule that is not there is refused" {
    try "$S" lint --allow SW9999 "$R"
    exits 64
    says "$err" "SW9999"
}

@test "no two rules share a name, and explain takes each" {
    "$S" lint -o sarif tests/golden/lint-tab >"$T/sarif" || true
    sed -n 's/^ *"name": "\([a-z0-9-]*\)",$/\1/p' "$T/sarif" | grep -v '^stepwise$' >"$T/names"
    [ "$(wc -l <"$T/names")" -gt 100 ]
    [ -z "$(sort "$T/names" | uniq -d)" ]
    while read -r name; do
        "$S" explain "$name" >/dev/null
    done <"$T/names"
}

@test "sarif names files relative to where the program was called, over all files, also past 100" {
    mkdir -p "$T/a b"
    for i in 1 2 3; do
        { # 60 findings each
            sed '/^steps:/,$d' examples/01-look-before-you-leap/runbook.yaml
            printf 'steps:\n'
            for n in $(seq 60); do printf '  - { id: s%s, do: none.such }\n' "$n"; done
            printf '  - { id: done, end: done }\n'
        } >"$T/a b/$i.yaml"
    done
    stepwise=$(realpath "$S")
    cd "$T"
    "$stepwise" lint -o sarif "$T/a b" ./a\ b/1.yaml >"$T/out" || true
    [ "$(grep -c '"uri": "a%20b/1.yaml"' "$T/out")" -ge 120 ]
    [ "$(grep -c '"uri": "a%20b/3.yaml"' "$T/out")" -ge 60 ]
    if grep -q '"uri": "/' "$T/out"; then return 1; fi
}

@test "a fault of a base is told once, though every variant of it has it" {
    mkdir "$T/v"
    sed 's/kind: windows.server/kind: windows.sever/' "$R" >"$T/v/base.yaml"
    for i in 1 2; do
        printf 'stepwise: 1\nname: contoso/v%s\nversion: 1.0.0\nextends: { runbook: ./base.yaml }\n' $i >"$T/v/v$i.yaml"
    done
    try "$S" lint "$T/v"
    exits 65
    [ "$(grep -c 'windows.sever' "$T/out")" -ge 1 ]
    [ "$(grep -c 'base.yaml:[0-9]*:[0-9]*: error' "$T/out")" -eq "$("$S" lint "$T/v/base.yaml" | grep -c 'base.yaml:[0-9]*:[0-9]*: error')" ]
    try "$S" lint "$T/v/v1.yaml"
    exits 65
    lacks "$out" "is sound"
}
