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

# A runbook that calls another twice, with a hook of its own.
calling() {
    setup_absolute
    cd "$T" || return 1
    git init -q .
    git config user.name test
    git config user.email test@localhost
    cat >inner.yaml <<'Y'
stepwise: 1
name: test/inner
version: 1.0.0
title: Inner
params:
  wait: { type: duration, default: 2h, max: 4h }
facts: {}
require:
  - { id: short, that: "params.wait < 10h", else: 'Too long.' }
steps:
  - id: tell
    title: Tell
    hook: hooks/tell.lua
  - id: ask
    title: Ask
    decide:
      go: { label: Go on, next: ready }
      quit: { label: Stop, next: stop }
    by: keepers
    expires: { after: 2d, choose: quit }
  - { id: ready, end: done }
  - { id: stop, end: stopped }
Y
    sed -i '/^facts/d' inner.yaml
    cat >outer.yaml <<'Y'
stepwise: 1
name: test/outer
version: 1.0.0
title: Outer
steps:
  - { id: first, title: First, call: inner.yaml, next: { stopped: stop } }
  - { id: second, title: Second, call: inner.yaml, next: { stopped: stop } }
  - { id: ready, end: done }
  - { id: stop, end: stopped }
Y
    mkdir hooks
    cat >hooks/tell.lua <<'L'
return {
  about = 'Tells somebody',
  effect = 'reversible',
  grants = { http = { 'GET https://x.example/a', 'POST https://x.example/a/*' } },
  check = function(ctx) return true end,
  apply = function(ctx) end,
  undo = function(ctx) end,
}
L
    git add -A && git commit -qm one
}

@test "within a called runbook a difference is what it is in any other, with the id of the call" {
    calling
    sed -i '/^    by: keepers/d; s/max: 4h/max: 5h/; s/after: 2d/after: 1d/; /id: short/d; s/^require:/require:\n  - { id: other, that: "params.wait > 1h", else: No. }/' inner.yaml
    try "$S" diff HEAD:outer.yaml outer.yaml
    exits 3
    says "$out" "first: ask is answered by any approver (was keepers)"
    says "$out" "second: ask is answered by any approver (was keepers)"
    says "$out" "first: requirement short is gone"
    says "$out" "first: requirement other is new"
    says "$out" "first: max of params.wait was 4h and is 5h"
    says "$out" "first: expires.after of ask is 1d (was 2d)"
    says "$out" "(inner.yaml:"
    lacks "$out" "is another file now"
    try "$S" diff -o json HEAD:outer.yaml outer.yaml
    says "$out" '"at": "first/steps.ask"'
    git checkout -q inner.yaml
    sed -i 's/next: ready }/next: stop }/' inner.yaml
    sed -i 's/  - { id: ready, end: done }/  - { id: ready, end: done }/' inner.yaml
    sed -i '/id: ready, end/d; s/end: stopped/end: done/' inner.yaml
    sed -i 's/, next: { stopped: stop }//; /id: stop/d' outer.yaml
    try "$S" diff HEAD:outer.yaml outer.yaml
    exits 3
    says "$out" "first: on go, ask goes to stop instead of ready"
}

@test "a comment in a called runbook is no difference, a call that is new is one" {
    calling
    sed -i '1i # a comment' inner.yaml
    try "$S" diff HEAD:outer.yaml outer.yaml
    exits 0
    try "$S" diff -v HEAD:outer.yaml outer.yaml
    says "$out" "the file of the called runbook inner.yaml changed"
    sed -i 's/id: second/id: third/' outer.yaml
    try "$S" diff HEAD:outer.yaml outer.yaml
    exits 3
    says "$out" "step third (call inner.yaml) is new"
    says "$out" "the called runbook inner.yaml is another file now"
}

@test "of a hook its code is one change; what it may and says it proves are others, and lead" {
    calling
    sed -i "s/about = .*/about = 'Tells them',/" hooks/tell.lua
    try "$S" diff HEAD:outer.yaml outer.yaml
    exits 3
    says "$out" "the code of the hook hooks/tell.lua changed"
    lacks "$out" "granted"
    sed -i "s#'GET https://x.example/a', 'POST https://x.example/a/\\*'#'POST https://x.example/a/b', 'PUT https://x.example/*'#; s/effect = 'reversible'/effect = 'read'/; /apply = /d; /undo = /d" hooks/tell.lua
    sed -i "s/  effect/  yields = { 'filesync.access_removed' },\n  effect/" hooks/tell.lua
    sed -i "s#'PUT https://x.example/\*' }#'PUT https://x.example/*' }, secret = { 'token' }#" hooks/tell.lua
    try "$S" diff HEAD:outer.yaml outer.yaml
    exits 3
    says "$out" "Asks for less"
    says "$out" "the hook hooks/tell.lua is now granted http: PUT https://x.example/*  (hooks/tell.lua:5)"
    says "$out" "the hook hooks/tell.lua is now granted secret: token"
    says "$out" "the hook hooks/tell.lua now offers to attest filesync.access_removed"
    says "$out" "the hook hooks/tell.lua is no longer granted http: GET https://x.example/a"
    lacks "$out" "now granted http: POST"
    says "$out" "the hook hooks/tell.lua only reads now (before: changes what it can undo)"
    [ "$(grep -c "is now granted secret" "$T/out")" -eq 1 ] # two calls, one file
}
