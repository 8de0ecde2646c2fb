#!/usr/bin/env bats
# Scenario 1 with `run --site` over real loopback sockets, against the served model world.
load support
load serve

go=(--answer delete=approve --no-input -p reason=migrate -p "endpoint=5f0c9a52-1d0b-4a53-9d53-4f5c6f0f7a10")

@test "lint checks a site file, and plan and run take it" {
    serve_short
    try "$S" lint "$SITE"
    exits 0
    says "$out" "the site file is sound"
    try "$S" plan "$R" --site "$SITE" -p reason=migrate -p "endpoint=$ENDPOINT"
    exits 0
    says "$out" "A run would change something. Nothing was changed by this plan."
    try "$S" run "$R" --site "$SITE" "${go[@]}"
    exits 0
    ended_well
}

@test "all files are compared over sockets" {
    serve_short
    try "$S" run "$R" --site "$SITE" "${go[@]}" -p require_manifest=true
    exits 0
    says "$out" "files are the same, and none is left out"
    ended_well
}

@test "killed while the delete is at work, the run follows it and does not send it again" {
    serve_short
    "$S" run "$R" --site "$SITE" "${go[@]}" >"$T/out" 2>"$T/err" </dev/null 3>&- &
    run=$!
    reaches 'accepted; the far end is at work'
    kill -9 "$run"
    wait "$run" || true
    [ "$(count 'end  ')" -eq 0 ]
    try "$S" resume "$(the_run)" --answer delete=approve --no-input
    exits 0
    ended_well
}

@test "killed 12 times at any time, the run comes to the same end, and nothing was done twice" {
    serve_short
    for i in $(seq 1 12); do
        if [ -z "$(the_run)" ]; then
            "$S" run "$R" --site "$SITE" "${go[@]}" >>"$T/out" 2>>"$T/err" </dev/null 3>&- &
        else
            "$S" resume "$(the_run)" --answer delete=approve --no-input \
                >>"$T/out" 2>>"$T/err" </dev/null 3>&- &
        fi
        run=$!
        sleep "$((i % 2)).$((i * 7 % 10 + 1))" # any time will do: whatever it is, the end is the same
        kill -9 "$run" 2>/dev/null || true
        wait "$run" || true
    done
    if ! "$S" ls | grep -q ' done '; then
        try "$S" resume "$(the_run)" --answer delete=approve --no-input
        exits 0
    fi
    "$S" log "$(the_run)"
    "$S" ls | grep -q ' done '
    # Killed between intent and outcome, it looked, saw that nothing had happened, and did it then.
    [ $(($(count 'does: ') - $(count 'unknown: the engine stopped'))) -le 5 ]
    stop_serving
    says "$verdict" "0 files lost, 1 delete."
    says "$verdict" "5 changing requests took effect"
}

in_log() { # WORDS
    [ -n "$(the_run)" ] && [ "$(count "$1")" -gt 0 ]
}

@test "asked to end, a run stands still in order with 143 or 130 and goes on later" {
    serve_short
    for pair in TERM:143 INT:130; do
        if [ -z "$(the_run)" ]; then
            "$S" run "$R" --site "$SITE" "${go[@]}" >"$T/out" 2>"$T/err" </dev/null 3>&- &
        else
            "$S" resume "$(the_run)" --answer delete=approve --no-input \
                >"$T/out" 2>"$T/err" </dev/null 3>&- &
        fi
        run=$!
        wait_for 200 in_log 'Start VssSyncScheduledTask'
        # A shell starts what runs in the background with SIGINT ignored; sigtimedwait takes it anyway.
        minds_signals "$run"
        kill "-${pair%:*}" "$run"
        code=0
        wait "$run" || code=$?
        out=$(cat "$T/out")
        exits "${pair#*:}"
        says "$out" "was interrupted"
    done
    try "$S" resume "$(the_run)" --answer delete=approve --no-input
    exits 0
    ended_well
}

@test "a stop that is left in the store is taken while the run sleeps, and access comes back" {
    serve "$W/clean.yaml" --pace "$PACE" # its upload takes hours: the stop comes long before its end
    "$S" run "$R" --site "$SITE" "${go[@]}" >"$T/out" 2>"$T/err" </dev/null 3>&- &
    run=$!
    reaches 'Start VssSyncScheduledTask'
    try "$S" rollback "$(the_run)" --reason "not today"
    exits 0
    code=0
    wait "$run" || code=$?
    "$S" ls | grep -q ' stopped '
    stop_serving
    says "$verdict" "0 deletes"
}

@test "no secret of a login stands in any output, journal or tape" {
    serve_short
    canary=Zk7-canary-Qw93xLp
    (umask 077 && printf '%s\n' "$canary" >"$T/secret")
    sed -i "s|^    login: { by: none }|    login: { by: WAY, secret: { file: '$T/secret' } }|" "$SITE"
    sed -i "0,/by: WAY/s//by: token/; s/by: WAY/by: basic, user: ada/" "$SITE"
    try "$S" plan "$R" --site "$SITE" -v -p reason=migrate -p "endpoint=$ENDPOINT"
    exits 0
    printf '%s%s' "$out" "$err" >"$T/all"
    try "$S" run "$R" --site "$SITE" -v "${go[@]}"
    exits 0
    printf '%s%s' "$out" "$err" >>"$T/all"
    "$S" log "$(the_run)" >>"$T/all"
    "$S" evidence export "$(the_run)" --evidence "$T/state/e.json"
    for form in "$canary" "$(printf %s "$canary" | base64)" "$(printf 'ada:%s' "$canary" | base64)"; do
        if grep -raF -e "$form" "$T/all" "$T/state" "$T/server.err"; then
            return 1
        fi
    done
    ended_well
}

@test "who is no approver by the site file cannot answer" {
    serve_short
    printf 'approvers: { storage_admins: [nobody-here], data_owner: [nobody-here] }\n' >>"$SITE"
    try "$S" run "$R" --site "$SITE" "${go[@]}"
    exits 3
    says "$err" "site file"
    stop_serving
    says "$verdict" "0 deletes"
}

@test "a run goes on with its site file only as it was, or with one that is named" {
    serve_short
    try "$S" run "$R" --site "$SITE" --no-input -p reason=migrate -p "endpoint=$ENDPOINT"
    exits 3
    printf '# a word more\n' >>"$SITE"
    try "$S" resume "$(the_run)" --answer delete=approve --no-input
    exits 64
    says "$err" "is not as it was when the run began"
    try "$S" resume "$(the_run)" --answer delete=approve --no-input --site "$SITE"
    exits 0
    ended_well
}

@test "nobody at the other end is said so, and nothing changed" {
    serve_short
    stop_serving
    try "$S" plan "$R" --site "$SITE" -p reason=migrate -p "endpoint=$ENDPOINT"
    says "$out" "onnect"
    try "$S" run "$R" --site "$SITE" "${go[@]}"
    [ "$code" -ne 0 ]
    [ "$(count 'does: ')" -eq 0 ]
}

@test "run wants either a site file or a model world" {
    try "$S" run "$R" "${go[@]}"
    exits 64
    says "$err" "--site"
    try "$S" plan "$R" --site x --world "$W/clean.yaml"
    exits 64
    says "$err" "name one"
}
