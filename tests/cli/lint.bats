#!/usr/bin/env bats
# lint: exit codes, several files, the forms for machines, and the proof behind the delete.
load support

@test "a sound runbook is told in one line" {
    try "$S" lint "$R"
    exits 0
    says "$out" "is sound"
    [ -z "$err" ]
    try "$S" lint -q "$R"
    exits 0
    [ -z "$out" ]
}

@test "several files are all checked, and one bad one decides the exit code" {
    try "$S" lint tests/golden/lint-tab/runbook.yaml "$R" tests/golden/lint-no-else/runbook.yaml
    exits 65
    says "$out" "SW0131"
    says "$out" "is sound"
    says "$out" "SW0411"
}

@test "a warning alone does not fail, and a warning in front of an error does not hide it" {
    sed 's/^stepwise: 1$/&\r/' "$R" >"$T/r.yaml"
    try "$S" lint "$T/r.yaml"
    exits 0
    says "$out" "0 errors, 1 warning"
    sed 's/, accepts_loss: items//' "$R" >"$T/r.yaml"
    try "$S" lint "$T/r.yaml"
    exits 65
    says "$out" "warning[SW0504]"
    says "$out" 'stepwise explain SW0501'
}

@test "json is valid, with and without findings" {
    for file in "$R" tests/golden/lint-many-at-once/runbook.yaml; do
        try "$S" lint -o json "$file"
        is_json "$T/out" findings
        is_json "$T/out" schema_version
        [ -z "$err" ]
    done
    exits 65
}

@test "sarif is valid, with and without findings" {
    for file in "$R" tests/golden/lint-wide-characters/runbook.yaml; do
        try "$S" lint -o sarif "$file"
        is_json "$T/out" runs
    done
    exits 65
}

@test "several files in json are still one document" {
    try "$S" lint -o json tests/golden/lint-tab/runbook.yaml tests/golden/lint-no-else/runbook.yaml
    is_json "$T/out" findings
    says "$out" "SW0131"
    says "$out" "SW0411"
    exits 65
}

@test "another form is refused" {
    try "$S" lint -o xml "$R"
    exits 64
    says "$err" "sarif"
}

@test "an invalid runbook is not planned, rehearsed or run" {
    for verb in plan rehearse "run --rehearse $W/clean.yaml"; do
        # shellcheck disable=SC2086 # a command and its option
        try "$S" $verb tests/golden/lint-many-at-once/runbook.yaml
        exits 65
        says "$err" "SW0404"
        [ -z "$out" ]
    done
}

@test "an invalid world is refused with its place" {
    printf 'world: filesync\ntrouble:\n  - { at: 5m, what: acces_back }\n' >"$T/w.yaml"
    try "$S" rehearse "$R" --world "$T/w.yaml" -p reason=migrate
    exits 65
    says "$err" "w.yaml:3:"
    says "$err" "access_back"
}

# Take a step out of scenario 1; what led to it leads to the step in front of it or behind it.
without() { # STEP, what takes its place
    sed -e "/^  - id: $1\$/,/^\$/d" -e "s/\\(next: \\|: \\)$1\\([ ,}]\\|\$\\)/\\1$2\\2/g" "$R" >"$T/r.yaml"
    try "$S" lint "$T/r.yaml"
}

@test "without the step that removes access, lint names the evidence that is missing" {
    without cut_access snapshot
    exits 65
    says "$out" "SW0501"
    says "$out" "filesync.access_removed"
}

@test "without the snapshot, lint names the evidence that is missing" {
    without snapshot cut_access
    exits 65
    says "$out" "SW0501"
    says "$out" "filesync.snapshot_uploading"
}

@test "without the wait for the upload, lint names the evidence that is missing" {
    without final_upload leftovers
    exits 65
    says "$out" "SW0501"
    says "$out" "filesync.cloud_complete"
}

@test "without the look at what is never synced, lint names the evidence that is missing" {
    without leftovers delete
    exits 65
    says "$out" "SW0501"
    says "$out" "filesync.leftovers_settled"
}

@test "with item errors going past the people, lint names the evidence that is missing" {
    without review leftovers
    exits 65
    says "$out" "SW0501"
    says "$out" "filesync.items_accepted"
}

@test "with leftovers going past the people, lint names the evidence that is missing" {
    without leftovers_review delete
    exits 65
    says "$out" "SW0501"
    says "$out" "filesync.leftovers_settled"
}

@test "a step that may be skipped proves nothing" {
    sed "/^  - id: snapshot\$/a\\    when: params.reason == 'migrate'" "$R" >"$T/r.yaml"
    try "$S" lint "$T/r.yaml"
    exits 65
    says "$out" "filesync.snapshot_uploading"
}

@test "the path without evidence is shown step by step, with places" {
    without snapshot cut_access
    says "$out" "1. cut_access"
    says "$out" "missing here:"
}

@test "every hostile file that must be refused is refused by lint, with line and column" {
    local folder=tests/data/hostile-yaml count=0
    while IFS="$(printf '\t')" read -r file verdict _; do
        case $verdict in reject*) ;; *) continue ;; esac
        [ -f "$folder/$file" ] || continue # made in the tests of the loader: too large to keep
        try "$S" lint "$folder/$file"
        exits 65
        grep -qE '^[^ ]+:[1-9][0-9]*:[1-9][0-9]*: error\[SW[0-9]{4}\]' "$T/out"
        count=$((count + 1))
    done <"$folder/EXPECTED.tsv"
    [ "$count" -ge 95 ]
}

# A runbook whose delete has a window in zone $1.
windowed() {
    sed "s|^\( *\)\(approve: { by:.*\)|\1\2\n\1window: { days: [sat], from: '20:00', to: '23:30', zone: $1 }|" "$R" >"$T/w.yaml"
    grep -q "zone: $1" "$T/w.yaml"
}

@test "an unknown time zone is an error, with the name that was meant" {
    export TZDIR=tests/data/zoneinfo
    windowed Europe/Berlin
    try "$S" lint "$T/w.yaml"
    exits 0
    windowed Europe/Berln
    try "$S" lint "$T/w.yaml"
    exits 65
    says "$out" "SW0218"
    says "$out" 'did you mean `Europe/Berlin`?'
    windowed berlin
    try "$S" lint "$T/w.yaml"
    exits 65
    says "$out" 'did you mean `Europe/Berlin`?'
    windowed ../zoneinfo/Europe/Berlin
    try "$S" lint "$T/w.yaml"
    exits 65
    says "$out" "SW0218"
    windowed "$PWD/tests/data/zoneinfo/Europe/Berlin"
    try "$S" lint "$T/w.yaml"
    exits 65
    says "$out" "SW0218"
}

@test "without zone data a name cannot be checked, which is a warning" {
    export TZDIR="$T"
    windowed Europe/Berlin
    try "$S" lint "$T/w.yaml"
    exits 0
    says "$out" "SW0219"
    says "$out" "a run would park before this step"
}

@test "a misspelt key of a world's row for hooks is answered with the one that was meant" {
    printf 'world: filesync\nweb: [ { on: GET *, afer: POST * } ]\n' >"$T/w.yaml"
    try "$S" lint "$T/w.yaml"
    exits 65
    says "$err$out" "w.yaml:2:"
    says "$err$out" "did you mean \`after\`?"
}
