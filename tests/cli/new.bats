#!/usr/bin/env bats
# new: what it writes loads, passes its own test and is laid out; and it writes over nothing.
load support

@test "a runbook from nothing loads, is laid out, and passes its test" {
    cd "$T"
    stepwise=$(cd "$OLDPWD" && realpath "$S")
    try "$stepwise" new look.yaml --name contoso/look
    exits 0
    says "$out" "look.test.yaml"
    "$stepwise" lint --strict look.yaml
    "$stepwise" fmt --check look.yaml look.test.yaml
    "$stepwise" test look.test.yaml
}

@test "a variant loads, is laid out, passes its test and can be pinned" {
    mkdir "$T/team"
    cp -r runbooks "$T/"
    stepwise=$(realpath "$S")
    cd "$T"
    try "$stepwise" new team/retire.yaml --name contoso/retire --from runbooks/filesync/scenario-1.yaml \
        -p max_wait=48h -p reason=migrate
    exits 0
    grep -qx 'extends: { runbook: ../runbooks/filesync/scenario-1.yaml }' team/retire.yaml
    grep -qx '  max_wait: { default: 48h }' team/retire.yaml
    "$stepwise" lint --strict team
    "$stepwise" fmt --check team
    "$stepwise" test team/retire.test.yaml
    "$stepwise" pin team/retire.yaml
    "$stepwise" fmt --check team
    "$stepwise" show team/retire.yaml --resolved >show
    grep -q 'default: 48h' show
}

@test "a file that is there is never written over, be it the runbook or its test" {
    echo mine >"$T/a.yaml"
    echo mine >"$T/b.test.yaml"
    for name in a b; do
        try "$S" new "$T/$name.yaml" --name contoso/x
        exits 64
        says "$err" "is there already"
    done
    [ "$(cat "$T/a.yaml" "$T/b.test.yaml")" = "$(printf 'mine\nmine')" ]
    [ ! -e "$T/b.yaml" ]
}

@test "what cannot be is refused before anything is written" {
    for words in "x.yaml" "x.yml --name contoso/x" "x.yaml --name contoso/x -p a=b" \
        "x.yaml --name contoso/x --from $PWD/$R -p max_wiat=48h" "x.yaml --name contoso/x --from nowhere.yaml"; do
        # shellcheck disable=SC2086 # several words
        try "$S" new "$T"/$words
        exits 64
    done
    try "$S" new "$T/x.yaml" --name contoso/x --from "$R" -p max_wait=yes
    exits 65
    says "$err" "yes"
    try "$S" new "$T/x.yaml" --name contoso/x --from nobody/knows
    exits 65
    [ -z "$(find "$T" -name 'x*')" ]
}

@test "the test of a variant begins in the world that its base's test begins in" {
    cp -r runbooks "$T/"
    stepwise=$(realpath "$S")
    cd "$T"
    for base in scenario-1 scenario-2 delete-accepting-loss; do
        try "$stepwise" new "team/$base.yaml" --name "contoso/$base" --from "runbooks/filesync/$base.yaml"
        exits 0
        grep -q '^world: .*/worlds/.*clean.yaml' "team/$base.test.yaml"
    done
    try "$stepwise" test team
    exits 0
    "$stepwise" fmt --check team
}

@test "a folder that is not there is made, and the tests reach the point of no return" {
    cp -r runbooks "$T/"
    stepwise=$(realpath "$S")
    cd "$T"
    try "$stepwise" new team/of/two/retire.yaml --name contoso/retire \
        --from runbooks/filesync/scenario-1.yaml
    exits 0
    try "$stepwise" test team/of/two
    exits 0
    says "$out" "ok    with its answers it comes to a good end, and nothing is lost"
    lacks "$out" "(0%)"
}

@test "the test of a variant fails when a change keeps it from its end" {
    cp -r runbooks "$T/"
    stepwise=$(realpath "$S")
    cd "$T"
    for base in scenario-1 scenario-2 delete-accepting-loss; do
        "$stepwise" new "team/$base.yaml" --name "contoso/$base" --from "runbooks/filesync/$base.yaml"
        grep -q 'expect: { end: done, lost: 0, deletes: 1 }' "team/$base.test.yaml"
        printf "change: [ { before: delete, insert: [ { id: ask, title: 'Sure?', decide: { yes_go: { label: Yes, next: delete } } } ] } ]\n" >>"team/$base.yaml"
        try "$stepwise" test "team/$base.test.yaml"
        exits 1
        says "$out" "parked"
    done
}
