#!/usr/bin/env bats
# What the README shows is what the program says.
load support

# How long a poll waits may change; what is said may not.
without_clocks() {
    sed -e 's/^[ +0-9d]* [0-9][0-9]:[0-9][0-9]:[0-9][0-9] /CLOCK/' -e 's/waits until .* at/waits until TIME at/'
}

@test "the first run that the README shows is what the first run prints" {
    "$S" rehearse "$R" --world "$W/clean.yaml" -p reason=migrate --answer delete=approve \
        --evidence "$T/e.json" | sed -e "s/ $(id -un) \(begins\|approves\)/ alice \1/" \
        -e "s|$T/e.json|.build/rehearsal-evidence.json|g" -e "s/$ENDPOINT/5f0c9a52-.../" \
        -e 's/\(locked for this run: \).*/\1.../' -e 's/\(begins .*: \)endpoint.*/\1.../' |
        without_clocks >"$T/out"
    sed -n '/^    Rehearsal of /,/^    Evidence: /s/^    //p' README.md | without_clocks >"$T/shown"
    [ "$(wc -l <"$T/shown")" -gt 30 ]
    while IFS= read -r line; do
        if [ "$line" != "    ..." ] && ! grep -qxF -e "$line" "$T/out"; then
            echo "README.md shows what is not printed: $line"
            return 1
        fi
    done <"$T/shown"
}

@test "the first run does what the README shows" {
    grep -q -- "--world runbooks/filesync/worlds/clean.yaml -p reason=migrate --answer delete=approve" \
        .ci/first-run
}

@test "every world of scenario 1 is in the README's table, with the exit code it has" {
    for world in "$W"/*.yaml; do
        name=$(basename "$world" .yaml)
        expected=$(sed -n "s/^| \`$name\` .*| \([0-9]\)[^|]*|\$/\1/p" README.md)
        try "$S" rehearse "$R" --world "$world" --answer delete=approve -q --evidence "$T/e.json"
        if [ "$code" != "$expected" ]; then
            echo "$name: exit code $code, the README says '$expected'"
            return 1
        fi
    done
}

@test "every action is in the README's table of what was verified how, and none that is not there" {
    "$S" actions | cut -d' ' -f1 | sort >"$T/actions"
    sed -n '/^## What was verified how/,/^## /p' README.md | grep '^| `' |
        grep -oE '`(azure|windows|filesync)\.[a-z_]+`' | tr -d '`' | sort >"$T/table"
    diff "$T/actions" "$T/table"
}

@test "the counts that the README shows are those of the tree" {
    "$S" rehearse "$R" --world "$W/clean.yaml" -p reason=migrate --answer delete=approve -q \
        --evidence "$T/e.json" >"$T/out"
    records=$("$S" evidence verify "$T/e.json" | sed -n 's/.*, \([0-9]* records, done\)$/\1/p')
    grep -q "run rehearsal of filesync/scenario-1, $records\$" README.md
    for kind in scenario-2 accepting-loss; do
        grep -q "\`worlds/$kind/\`, $(find "$W/$kind" -name '*.yaml' | wc -l) |" README.md
    done
    "$S" plan "$R" --world "$W/clean.yaml" | tail -2 >"$T/shown"
    [ "$(grep -cxFf <(sed 's/^/    /' "$T/shown") README.md)" -eq 2 ]
    "$S" test runbooks/filesync/scenario-1.test.yaml -j2 >"$T/out"
    shown=$(grep '^filesync/scenario-1: ways taken: ' "$T/out")
    grep -qxF "    $shown" README.md
}

@test "what the README says about a variant with a redirect in Lua does just that" {
    repo=$PWD
    program=$(realpath "$S")
    sed -n '/^## Writing a runbook/,/^## Your own steps/s/^    //p' README.md |
        sed -n '/^\$S new/,/^\$S diff/p' >"$T/steps"
    [ "$(wc -l <"$T/steps")" -gt 15 ]
    mkdir "$T/tree"
    cp -r runbooks examples "$T/tree/"
    cd "$T/tree"
    code=0
    S=$program sh "$T/steps" >"$T/out" 2>"$T/err" || code=$?
    cd "$repo"
    [ "$code" -eq 2 ] || { cat "$T/out" "$T/err"; return 1; }
    out=$(cat "$T/out")
    [ "$(grep -c '2 cases, 0 failed' "$T/out")" -eq 2 ]
    says "$out" "2 other files pinned"
    says "$out" "redirect now uses hooks/dfs_redirect.lua instead of redirect_users"
    grep -q 'Set-DfsnFolderTarget' "$T/tree/preview.html"
    "$program" lint --strict "$T/tree/team"
    "$program" fmt --check "$T/tree/team"
    "$program" pin --check "$T/tree/team/retire.yaml"
}
