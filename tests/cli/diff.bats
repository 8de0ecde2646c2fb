#!/usr/bin/env bats
# What a change of a runbook means, for a reviewer and for CI.
load support

checkout() {
    cd "$T" || return 1
    git init -q .
    git config user.name test
    git config user.email test@localhost
    mkdir books
    cp "$BATS_TEST_DIRNAME/../../$R" books/r.yaml
    sed -i 's/people: 1/people: 2/' books/r.yaml
    git add -A && git commit -qm one
}

setup_absolute() {
    S=$(cd "$(dirname "$S")" && pwd)/$(basename "$S")
}

@test "a loss leads and gives 3, something else 2, wording 0" {
    setup_absolute
    checkout
    sed -i 's/people: 2/people: 1/; s/default: 72h/default: 71h/' books/r.yaml
    try "$S" diff HEAD:books/r.yaml books/r.yaml
    exits 3
    says "$out" "approval on delete fell from 2 people to 1"
    says "$out" "default of params.max_wait was 72h and is 71h"
    git checkout -q books/r.yaml
    sed -i 's/default: 72h/default: 71h/' books/r.yaml
    try "$S" diff HEAD:books/r.yaml books/r.yaml
    exits 2
    git checkout -q books/r.yaml
    sed -i 's/^title: .*/title: Another title/; s/^# Scenario 1.*/# other words/' books/r.yaml
    try "$S" diff HEAD:books/r.yaml books/r.yaml
    exits 0
    says "$out" "Only the wording differs"
    try "$S" diff -v HEAD:books/r.yaml books/r.yaml
    says "$out" "the title is another one"
}

@test "a revision is found from below the top, and by an absolute name" {
    setup_absolute
    checkout
    cd books
    try "$S" diff HEAD:r.yaml r.yaml
    exits 0
    try "$S" diff HEAD:books/r.yaml "$T/books/r.yaml"
    exits 0
    cd /
    try "$S" diff "HEAD:$T/books/r.yaml" "$T/books/r.yaml"
    exits 0
    says "$out" "Both say the same"
}

@test "the base of a variant is taken from the same revision" {
    setup_absolute
    checkout
    printf 'stepwise: 1\nname: test/v\nversion: 1.0.0\nextends: { runbook: r.yaml }\n' >books/v.yaml
    git add -A && git commit -qm two
    sed -i 's/people: 2/people: 1/' books/r.yaml
    try "$S" diff HEAD:books/v.yaml books/v.yaml
    exits 3
    says "$out" "fell from 2 people to 1"
}

@test "a revision that could be an option, or is none, is refused in words" {
    setup_absolute
    checkout
    try "$S" diff -- --output=x:books/r.yaml books/r.yaml
    exits 64
    says "$err" "begins with '-'"
    [ ! -e x ]
    try "$S" diff nobody:books/r.yaml books/r.yaml
    exits 64
    says "$err" "git has no nobody:books/r.yaml"
    try "$S" diff HEAD:books/other.yaml books/r.yaml
    exits 64
    try "$S" diff gone.yaml books/r.yaml
    [ "$code" -ne 0 ]
}

@test "a version that does not load is no version" {
    setup_absolute
    checkout
    sed -i 's/do: filesync.block_access/do: filesync.block_acces/' books/r.yaml
    try "$S" diff HEAD:books/r.yaml books/r.yaml
    exits 65
    says "$err" "does not load"
}

@test "machines get all of it, pull requests get Markdown without markup from the runbook" {
    setup_absolute
    checkout
    sed -i 's/people: 2/people: 1/; s#on_timeout#x#; s#default: 72h#default: 71h#' books/r.yaml
    sed -i 's#  - id: redirect#  - { id: say, hook: say, optional: true, title: "<b>@all</b>" }\n  - id: redirect#' books/r.yaml
    try "$S" diff -o json HEAD:books/r.yaml books/r.yaml
    exits 3
    cp "$T/out" "$T/all.json"
    try "$S" diff -o md HEAD:books/r.yaml books/r.yaml
    exits 3
    cd "$BATS_TEST_DIRNAME/../.."
    is_json "$T/all.json" differences
    says "$out" "#### Asks for less"
    lacks "$out" "<b>"
}
