#!/usr/bin/env bats
# What real signals do to a run against the served model world.
load support
load serve

go=(--answer delete=approve --no-input -p reason=migrate -p "endpoint=5f0c9a52-1d0b-4a53-9d53-4f5c6f0f7a10")

# Each request takes this long, in real time too.
serve_slow() { # LATENCY
    sed "s/^latency: .*/latency: $1/; s/takes: 2m, vss_takes: 3h30m/takes: 2s, vss_takes: 2s/" \
        "$W/clean.yaml" >"$T/slow.yaml"
    serve "$T/slow.yaml" --pace 1x
}

the_run() {
    "$S" ls | sed -n 's/^\(scenario-1-[^ ]*\) .*/\1/p'
}

count() { # WORDS in the log
    "$S" log "$(the_run)" | grep -c "$1" || true
}

reaches() { # WORDS
    for _ in $(seq 1 1200); do
        if [ -n "$(the_run)" ] && [ "$(count "$1")" -gt 0 ]; then
            return 0
        fi
        sleep 0.02
    done
    "$S" log "$(the_run)"
    return 1
}

begin() {
    "$S" run "$R" --site "$SITE" "${go[@]}" >"$T/out" 2>"$T/err" </dev/null 3>&- &
    run=$!
}

# Its exit code in $code, and how many milliseconds it took from here in $ms.
ends() {
    local from
    from=$(date +%s%N)
    export code=0
    wait "$run" || code=$?
    ms=$((($(date +%s%N) - from) / 1000000))
    out=$(cat "$T/out")
    export err
    err=$(cat "$T/err")
}

@test "a read that is under way is given up at once, and the run goes on later" {
    serve_slow 8s
    begin
    reaches start
    sleep 0.3
    kill -TERM "$run"
    ends
    exits 143
    [ "$ms" -lt 5000 ]
    says "$out" "was interrupted, in order: nothing is in doubt"
}

@test "no change starts behind the signal: not the one that the reads were for either" {
    serve_slow 60ms
    begin
    reaches 'locked for this run' # the facts are read again now, then what the first change needs
    kill -TERM "$run"
    ends
    exits 143
    [ "$(count 'does: ')" -eq 0 ]
    stop_serving
    says "$verdict" "0 changing requests took effect"
}

@test "a change that is under way is carried to its answer, and not made again later" {
    serve_slow 80ms
    begin
    reaches 'does: Deny everyone'
    kill -TERM "$run"
    ends
    exits 143
    says "$out" "what it changed last is looked at again first"
    [ "$(count 'does: ')" -eq 1 ]
    [ "$(count 'unknown')" -eq 0 ]
    "$S" resume "$(the_run)" --no-input >"$T/out" 2>"$T/err" </dev/null 3>&- &
    run=$!
    reaches 'filesync.access_removed'
    [ "$(count 'does: Deny everyone')" -eq 1 ]
    kill -TERM "$run"
    ends
    exits 143
}

@test "the second signal ends it in the middle of a change" {
    serve_slow 300ms
    begin
    reaches 'does: Deny everyone'
    kill -TERM "$run"
    sleep 0.6
    kill -TERM "$run"
    ends
    exits 143
    [ "$ms" -lt 400 ]
    [ "$(count 'done, and read back')" -eq 0 ]
}

@test "when the terminal goes, the run goes on" {
    sed 's/vss_takes: 3h30m/vss_takes: 8m/' "$W/clean.yaml" >"$T/short.yaml"
    serve "$T/short.yaml" --pace 200x
    begin
    reaches 'Start VssSyncScheduledTask'
    kill -HUP "$run"
    ends
    exits 0
    "$S" ls | grep -q ' done '
}

@test "when the reader of the output goes, the run goes on" {
    sed 's/vss_takes: 3h30m/vss_takes: 8m/' "$W/clean.yaml" >"$T/short.yaml"
    serve "$T/short.yaml" --pace 200x
    "$S" run "$R" --site "$SITE" "${go[@]}" 2>"$T/err" </dev/null 3>&- | head -1 >"$T/out"
    "$S" ls | grep -q ' done '
}

@test "a plan that waits for a server ends at once" {
    serve_slow 8s
    "$S" plan "$R" --site "$SITE" -p reason=migrate -p "endpoint=$ENDPOINT" \
        >"$T/out" 2>"$T/err" </dev/null 3>&- &
    run=$!
    sleep 0.5
    kill -TERM "$run"
    ends
    exits 143
    [ "$ms" -lt 5000 ]
    [ ! -s "$T/out" ]
}
