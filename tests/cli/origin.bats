#!/usr/bin/env bats
# A run remembers from which commit its runbook was taken, and whether it was really that.
load support

checkout() {
    S=$(cd "$(dirname "$S")" && pwd)/$(basename "$S")
    World=$PWD/$W/clean.yaml
    mkdir "$T/team"
    sed 's/people: 1/people: 2/' "$R" >"$T/team/base.yaml"
    printf 'stepwise: 1\nname: test/v\nversion: 1.0.0\nextends: { runbook: base.yaml }\n' >"$T/team/v.yaml"
    cd "$T/team" || return 1
    git init -q .
    git config user.name test
    git config user.email test@localhost
    git add -A && git commit -qm one
}

begun() {
    try "$S" run v.yaml --rehearse "$World" -p reason=migrate --no-input
    ID=$(sed -n 's/^Run //p' "$T/out")
    [ -n "$ID" ]
    try "$S" log "$ID"
}

@test "a run from a clean checkout tells the commit, in log and evidence" {
    checkout
    begun
    says "$out" "of commit $(git rev-parse HEAD | cut -c1-12)"
    lacks "$out" "not committed"
    try "$S" evidence export "$ID" --evidence "$T/e.json"
    exits 0
    says "$(cat "$T/e.json")" "$(git rev-parse HEAD)"
    try "$S" evidence verify "$T/e.json"
    exits 0
}

@test "a change of the runbook, of its base, or a new file is told" {
    checkout
    echo "# more" >>base.yaml
    begun
    says "$out" "but with changes not committed"
    git checkout -q base.yaml
    echo "# more" >>v.yaml
    begun
    says "$out" "but with changes not committed"
}

@test "without a checkout nothing is said" {
    checkout
    rm -rf .git
    GIT_CEILING_DIRECTORIES=$T begun
    lacks "$out" "commit"
}
