# Shared by the files that need the model world on real sockets. It is bounded by --for, listens on
# 127.0.0.1 at a port of the system's choice, and is stopped by its process id.

# A pace makes this machine's own work dear: at 200x a minute, which the readings at the edge may
# take, is 300 ms. At 20x it is 3 s, and what makes a run long is made short instead.
PACE=20x

# The runbook with polls that are close to each other, in $R.
quick() {
    sed -e 's/poll: { every: [12]m, factor: 1.5, max: 15m, jitter: 20% }/poll: { every: 10s }/' \
        -e 's/poll: { every: 70s }/poll: { every: 10s }/' "$R" >"$T/$(basename "$R")"
    R=$T/$(basename "$R")
}

# A world whose last upload is short, and a runbook that looks often.
# shellcheck disable=SC2120 # some files give none
serve_short() { # OPTIONS of serve...
    sed 's/takes: 2m, vss_takes: 3h30m/takes: 20s, vss_takes: 30s/' "$W/clean.yaml" >"$T/short.yaml"
    quick
    serve "$T/short.yaml" --pace "$PACE" "$@"
}

# Serve a world: $SITE is the site file that leads there, $PORT its port.
serve() { # WORLD FILE, OPTIONS...
    export SITE=$T/site.yaml
    rm -f "$T/server.err" # of a world served before it
    "$S" rehearse "$R" --world "$1" --serve 127.0.0.1:0 --for 590s "${@:2}" \
        >"$SITE" 2>"$T/server.err" </dev/null 3>&- &
    SERVER=$!
    if wait_for 60 serves_or_ended && grep -q 'is served at' "$T/server.err"; then
        PORT=$(sed -n 's/.*is served at 127.0.0.1:\([0-9]*\)\..*/\1/p' "$T/server.err")
        export PORT
        return 0
    fi
    cat "$T/server.err"
    return 1
}

serves_or_ended() {
    grep -q 'is served at' "$T/server.err" 2>/dev/null || ! kill -0 "$SERVER" 2>/dev/null
}

# Stop it in order; $verdict is what it said last.
stop_serving() {
    kill -TERM "$SERVER"
    wait "$SERVER"
    SERVER=
    verdict=$(cat "$T/server.err")
    export verdict
}

teardown() {
    if [ -n "${SERVER:-}" ]; then
        kill -9 "$SERVER" 2>/dev/null || true # also when it was stopped by SIGSTOP
        wait "$SERVER" 2>/dev/null || true
    fi
}

# ---- runs against it, one a test ----

the_run() {
    "$S" ls | sed -n 's/^\(scenario-[12]-[^ ]*\) .*/\1/p'
}

count() { # WORDS in the log
    "$S" log "$(the_run)" | grep -c "$1" || true
}

# Wait until a run in the background, which writes to $T/out, has said these words so often. To ask
# the program itself would take longer than some of what is waited for.
reaches() { # WORDS, TIMES
    wait_for 200 has_said "$1" "${2:-1}" || {
        cat "$T/out" "$T/err"
        return 1
    }
}

has_said() {
    [ "$(grep -c "$1" "$T/out" 2>/dev/null)" -ge "$2" ]
}

# Wait until a process takes SIGTERM and SIGINT its own way: it blocks them, and while it sleeps it
# catches them.
minds_signals() { # PID
    wait_for 60 holds_signals "$1"
}

holds_signals() {
    local blocked caught
    read -r blocked caught < <(sed -n 's/^Sig\(Blk\|Cgt\):[[:space:]]*//p' "/proc/$1/status" \
        2>/dev/null | tr '\n' ' ')
    ((((0x${blocked:-0} | 0x${caught:-0}) & 0x4002) == 0x4002))
}

ended_well() {
    "$S" log "$(the_run)" # shown when the test fails
    "$S" ls | grep -q ' done '
    [ "$(count 'does: Deny everyone')" -eq 1 ]
    [ "$(count 'does: Start VssSyncScheduledTask')" -eq 1 ]
    [ "$(count 'does: Delete the server endpoint')" -eq 1 ]
    stop_serving
    says "$verdict" "0 files lost, 1 delete."
}
