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

# Nothing is answered from here on, however long it takes, until it is thawed.
freeze() {
    kill -STOP "$SERVER"
}

thaw() {
    kill -CONT "$SERVER"
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
    serve_slow 40ms
    begin
    reaches start
    minds_signals "$run"
    freeze
    kill -TERM "$run"
    ends
    exits 143
    [ "$ms" -lt 20000 ] # no answer came; a request would be given up after 30 s
    says "$out" "was interrupted, in order: nothing is in doubt"
}

@test "no change starts behind the signal: not the one that the reads were for either" {
    serve_slow 60ms
    begin
    reaches 'locked for this run' # the facts are read again now, then what the first change needs
    freeze
    kill -TERM "$run"
    thaw
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
    freeze
    kill -TERM "$run"
    sleep 0.5 # it would have time to go, and does not
    kill -0 "$run"
    thaw
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

lets_signals_through() {
    kill -0 "$1" && ! holds_signals "$1"
}

@test "the second signal ends it in the middle of a change" {
    serve_slow 80ms
    begin
    reaches 'does: Deny everyone'
    freeze
    kill -TERM "$run"
    # Once it has taken the first, it no longer holds the second back.
    wait_for 20 lets_signals_through "$run"
    kill -TERM "$run"
    ends
    exits 143
    [ "$ms" -lt 10000 ] # the next timer of the exchange comes later
    [ "$(count 'done, and read back')" -eq 0 ]
}

@test "when the terminal goes, the run goes on" {
    serve_short
    begin
    reaches 'Start VssSyncScheduledTask'
    kill -HUP "$run"
    ends
    exits 0
    "$S" ls | grep -q ' done '
}

@test "when the reader of the output goes, the run goes on" {
    serve_short
    "$S" run "$R" --site "$SITE" "${go[@]}" 2>"$T/err" </dev/null 3>&- | head -1 >"$T/out"
    "$S" ls | grep -q ' done '
}

# The next look is a minute away, by the clock of this machine.
@test "a run between two looks of a wait ends at once, and goes on there later" {
    serve_slow 40ms
    begin
    reaches 'waits for an upload session'
    kill -TERM "$run"
    ends
    exits 143
    [ "$ms" -lt 20000 ]
    says "$out" "was interrupted, in order: nothing is in doubt"
    rm "$T/out" # or it is taken for what the next process says
    "$S" resume "$(the_run)" --no-input >"$T/out" 2>"$T/err" </dev/null 3>&- &
    run=$!
    reaches 'waits for an upload session'
    kill -TERM "$run"
    ends
    exits 143
    [ "$(count 'does: Start VssSyncScheduledTask')" -eq 1 ]
    [ "$(count 'unknown')" -eq 0 ]
}

@test "a plan that waits for a server ends at once" {
    serve_slow 40ms
    freeze
    "$S" plan "$R" --site "$SITE" -p reason=migrate -p "endpoint=$ENDPOINT" \
        >"$T/out" 2>"$T/err" </dev/null 3>&- &
    run=$!
    minds_signals "$run"
    kill -TERM "$run"
    ends
    exits 143
    [ "$ms" -lt 20000 ]
    [ ! -s "$T/out" ]
}
