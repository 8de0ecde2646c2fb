#!/usr/bin/env bats
# kill -9 of the real program, over and over, and resume: the same end, no effect twice.
load support

# Start a command, kill it after a while, and say how it ended.
killed_after() { # SECONDS COMMAND...
    "${@:2}" >>"$T/out" 2>>"$T/err" </dev/null &
    local pid=$!
    sleep "$1"
    kill -9 "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
}

the_run() {
    "$S" ls | sed -n 's/^\(scenario-1-[^ ]*\) .*/\1/p'
}

# Shown when a test fails.
teardown() {
    if [ -z "${BATS_TEST_COMPLETED:-}" ]; then
        "$S" ls
        "$S" log "$(the_run)"
    fi
}

count() { # WORDS in the log
    "$S" log "$(the_run)" | grep -c "$1" || true
}

# Killed again and again from the first moment on, then left alone.
kill_and_resume() { # WORLD TIMES ANSWER...
    local world=$1 times=$2
    shift 2
    local go=(--pace 4000x --no-input)
    for answer in "$@"; do
        go+=(--answer "$answer")
    done
    for i in $(seq 1 "$times"); do
        if [ -z "$(the_run)" ]; then
            killed_after "0.0$((i % 9 + 1))" "$S" run "$R" --rehearse "$W/$world.yaml" \
                -p reason=migrate "${go[@]}"
        else
            killed_after "0.$((i % 3))$((i % 9 + 1))" "$S" resume "$(the_run)" "${go[@]}"
        fi
    done
    if "$S" ls | grep -q ' done '; then
        return 0
    fi
    go[1]=1000000x
    try "$S" resume "$(the_run)" "${go[@]}"
}

@test "killed 25 times, the run comes to the same end, and nothing was done twice" {
    kill_and_resume clean 25 delete=approve
    "$S" ls | grep -q ' done '
    # Killed between intent and outcome, it looked, saw that nothing had happened, and did it then.
    [ "$(count 'does: ')" -ge 5 ]
    [ $(($(count 'does: ') - $(count 'unknown: the engine stopped'))) -le 5 ]
    [ "$(count 'end  .*done: The server endpoint is gone')" -eq 1 ]
    try "$S" evidence export "$(the_run)" --evidence "$T/e.json"
    try "$S" evidence verify "$T/e.json"
    exits 0
}

@test "killed 20 times on the way to a stop, everything is put back, once" {
    kill_and_resume item-errors 20 review=stop
    "$S" ls | grep -q ' stopped '
    [ "$(count 'puts back: Give each share')" -ge 1 ]
    [ "$(count 'undone: put back')" -eq 1 ]
    [ "$(count 'does: Delete the server endpoint')" -eq 0 ]
}

@test "a run whose process lives is not resumed by a second one" {
    "$S" run "$R" --rehearse "$W/clean.yaml" -p reason=migrate --pace 100x >"$T/out" 2>&1 \
        </dev/null &
    pid=$!
    wait_for 60 grep -q proven "$T/out"
    try "$S" resume "$(the_run)"
    kill -9 "$pid"
    wait "$pid" || true
    exits 6
    says "$err" "$pid"
}

# A run that takes two minutes if nobody ends it, begun in the background; its pid is in $pid.
slow_run() {
    "$S" run "$R" --rehearse "$W/clean.yaml" -p reason=migrate --pace 100x --no-input \
        >"$T/slow" 2>&1 </dev/null &
    pid=$!
    wait_for 60 grep -q 'filesync.snapshot_uploading' "$T/slow" || {
        cat "$T/slow"
        return 1
    }
}

@test "a stop from another process holds a run that is going on, and it says by whom" {
    slow_run
    "$S" stop "$(the_run)"
    code=0
    wait "$pid" || code=$?
    [ "$code" -eq 3 ]
    grep -q "PARKED, nothing changes any more: stopped by" "$T/slow"
    [ "$(count 'does: Delete')" -eq 0 ]
}

@test "a rollback from another process gives access back while the run waits" {
    slow_run
    "$S" rollback "$(the_run)"
    code=0
    wait "$pid" || code=$?
    [ "$code" -eq 4 ]
    grep -q "puts back: Give each share that was blocked its saved entries again" "$T/slow"
}

@test "a run that is told to terminate can be resumed" {
    slow_run
    kill -TERM "$pid"
    code=0
    wait "$pid" || code=$?
    [ "$code" -eq 143 ]
    try "$S" resume "$(the_run)" --answer delete=approve
    exits 0
    [ "$(count 'does: Start VssSyncScheduledTask')" -eq 1 ]
}

@test "a journal writer killed in its first moments leaves a state folder that works" {
    for i in 1 2 3 4 5 6; do
        killed_after "0.00$i" "$S" run "$R" --rehearse "$W/clean.yaml" -p reason=migrate
    done
    try "$S" ls
    exits 0
}
