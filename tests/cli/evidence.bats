#!/usr/bin/env bats
# One file that proves itself: it verifies offline, and a changed byte shows.
load support

rehearsed() {
    "$S" rehearse "$R" --world "$W/clean.yaml" -p reason=migrate --answer delete=approve -q \
        --evidence "$T/e.json"
}

@test "the evidence of a rehearsal verifies" {
    rehearsed
    try "$S" evidence verify "$T/e.json"
    exits 0
    says "$out" "verifies"
    [ "$(stat -c %a "$T/e.json")" = 600 ]
    is_json "$T/e.json" schema_version
}

@test "the evidence of a durable run verifies, also while it is not over" {
    begin_run clean -p reason=migrate
    try "$S" evidence export "$ID" --evidence "$T/e.json"
    exits 0
    try "$S" evidence verify "$T/e.json"
    exits 0
    says "$out" "not over"
}

@test "another name, another time, another answer: each shows" {
    rehearsed
    unseen=
    for edit in 's/\\"reason\\":\\"migrate/\\"reason\\":\\"server/' 's/19:00:01/19:00:02/' 's/"seq": 7,/"seq": 8,/' \
        's/"kind": "approve"/"kind": "reject"/' 's/Shares/Sharez/' 's/good_for: 4h/good_for: 9h/'; do
        sed "$edit" "$T/e.json" >"$T/changed.json"
        if cmp -s "$T/e.json" "$T/changed.json"; then
            unseen="$unseen $edit"
            continue
        fi
        try "$S" evidence verify "$T/changed.json"
        exits 1
        says "$err" "does NOT verify"
    done
    [ "$unseen" = "" ] || { echo "nothing to change:$unseen"; return 1; }
}

@test "any one byte that is changed shows" {
    rehearsed
    size=$(stat -c %s "$T/e.json")
    for i in $(seq 1 40); do
        at=$((size * i / 41))
        cp "$T/e.json" "$T/changed.json"
        byte=$(dd if="$T/e.json" bs=1 skip="$at" count=1 status=none)
        case $byte in [A-Ya-y0-8]) ;; *) continue ;; esac
        printf '%s' "$byte" | tr 'A-Ya-y0-8' 'B-Zb-z1-9' |
            dd of="$T/changed.json" bs=1 seek="$at" conv=notrunc status=none
        try "$S" evidence verify "$T/changed.json"
        if [ "$code" -eq 0 ]; then
            echo "byte $at: '$byte' was changed, and nobody saw it"
            return 1
        fi
    done
}

@test "a file that was cut short, is empty or is no evidence is refused in words" {
    rehearsed
    head -c 5000 "$T/e.json" >"$T/short.json"
    : >"$T/empty.json"
    echo '{}' >"$T/other.json"
    for name in short empty other; do
        try "$S" evidence verify "$T/$name.json"
        exits 1
        says "$err" "does NOT verify"
    done
    try "$S" evidence verify "$T/nowhere.json"
    exits 64
}
