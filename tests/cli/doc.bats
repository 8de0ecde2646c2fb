#!/usr/bin/env bats
# doc and explain: pages and words made from the tables.
load support

@test "the page of all actions is the one in stdlib/README.md" {
    tests/cli/reference "$S"
}

@test "the page of a runbook tells parameters, steps, choices, evidence, edge and the longest wait" {
    try "$S" doc "$R"
    exits 0
    says "$out" '# filesync/scenario-1 '
    says "$out" '| `max_wait` | duration | `3d` |'
    says "$out" '**The subject: evidence and delete are about this.**'
    says "$out" '**gives up** what `items` lists'
    says "$out" '**the point of no return**: 1 of storage_admins must approve; an approval is good for 4h'
    says "$out" '`evidence_lost` → [`snapshot`](#snapshot), at most 3 times in a run'
    says "$out" '| `filesync.cloud_complete` | `final_upload`, when it ends with `clean` |'
    grep -q '^The longest wait along one path, .*: [0-9]*d' "$T/out"
}

@test "the longest wait is the plan's, with the same parameters" {
    wait=$("$S" doc "$R" | sed -n 's/^The longest wait .*: \(.*\)\.$/\1/p')
    try "$S" plan "$R" --world "$W/clean.yaml" -p reason=migrate
    says "$out" "loops not counted: $wait"
}

@test "every runbook of the tree has a page, and every step a heading that its links lead to" {
    for file in $(grep -l '^stepwise:' -r runbooks examples --include '*.yaml'); do
        "$S" doc "$file" >"$T/page" || continue # a part of another runbook
        grep -o '](#[a-z0-9_]*)' "$T/page" | sort -u | tr -d '](#)' | while read -r id; do
            grep -qx "### $id" "$T/page"
        done
    done
}

@test "text of a runbook comes out as text, not as markup" {
    cat >"$T/r.yaml" <<'Y'
stepwise: 1
name: demo/odd
version: 1.0.0
title: '<img src=x> | **b** [l](http://x) @all'
steps: [ { id: done, end: done } ]
Y
    try "$S" doc "$T/r.yaml"
    exits 0
    lacks "$out" '<img'
    says "$out" '\[l\](http:<!-- -->'
}

@test "the page of the language has every key, type, function, operator and finding" {
    "$S" doc --language >"$T/page"
    for word in if_lapsed accepts_loss good_for weaken; do grep -q "^| \`$word\` |" "$T/page"; done
    for word in 'win\\_path\|win_path' 'starts_with' 'matches' 'SW0501' 'SW0858'; do grep -q "^| \`*\($word\)" "$T/page"; done
    # No row without its sentence.
    if grep -E '^\|.*\|  \|$' "$T/page"; then return 1; fi
}

@test "explain takes any word of the language" {
    for word in filesync.access_removed access_removed azure.delete_server_endpoint edge if_lapsed age \
        '==' and duration facts timeout windows.server SW0501 a-path-without-its-evidence; do
        try "$S" explain "$word"
        exits 0
        [ -z "$err" ]
    done
    try "$S" explain cloud_complete
    says "$out" "Rests on"
    says "$out" "Needed by"
    try "$S" explain acess_removed
    exits 64
    says "$err" "There is no" || says "$err" "there is no"
}

@test "doc wants one thing" {
    try "$S" doc
    exits 64
    try "$S" doc "$R" --language
    exits 64
}

@test "help of every command has its options and an example" {
    "$S" help | sed -n 's/^  \([a-z]*\)  .*/\1/p' >"$T/verbs"
    [ "$(wc -l <"$T/verbs")" -gt 15 ]
    while read -r verb; do
        "$S" "$verb" --help >"$T/out"
        grep -q "^  stepwise $verb" "$T/out" || { echo "$verb has no example: cli/verb/help.c"; return 1; }
        "$S" help "$verb" | cmp - "$T/out"
    done <"$T/verbs"
}

@test "no command has its examples in two rows, of which one is never shown" {
    "$S" pin --help | grep -q -- '--check'
    "$S" show --help | grep -q -- '-o json'
    "$S" test --help | grep -q -- '--min-coverage'
}

@test "explain takes the keys of test files, site files and worlds, too" {
    try "$S" explain given_up
    exits 0
    says "$out" "given_up (key of a test file)"
    says "$out" "gave up by name"
    try "$S" explain expect
    says "$out" "Keys inside"
    says "$out" "deletes"
    try "$S" explain test
    says "$out" "cases"
    try "$S" explain operators
    says "$out" "operators (key of a site file)"
    try "$S" explain webb
    exits 64
    says "$err" "did you mean 'web'?"
    try "$S" explain web
    says "$out" "(key of a world file)"
    says "$out" "after"
}
