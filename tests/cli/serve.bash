# Shared by the files that need the model world on real sockets. It is bounded by --for, listens on
# 127.0.0.1 at a port of the system's choice, and is stopped by its process id.

# Serve a world: $SITE is the site file that leads there, $PORT its port.
serve() { # WORLD FILE, OPTIONS...
    export SITE=$T/site.yaml
    "$S" rehearse "$R" --world "$1" --serve 127.0.0.1:0 --for 120s "${@:2}" \
        >"$SITE" 2>"$T/server.err" </dev/null 3>&- &
    SERVER=$!
    for _ in $(seq 1 100); do
        if grep -q 'is served at' "$T/server.err"; then
            PORT=$(sed -n 's/.*is served at 127.0.0.1:\([0-9]*\)\..*/\1/p' "$T/server.err")
            export PORT
            return 0
        fi
        sleep 0.05
    done
    cat "$T/server.err"
    return 1
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
        kill -9 "$SERVER" 2>/dev/null || true
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

# Wait until the log has these words.
reaches() { # WORDS
    for _ in $(seq 1 400); do
        if [ -n "$(the_run)" ] && [ "$(count "$1")" -gt 0 ]; then
            return 0
        fi
        sleep 0.05
    done
    "$S" log "$(the_run)"
    return 1
}

ended_well() {
    "$S" log "$(the_run)" # shown when the test fails
    "$S" ls | grep -q ' done '
    [ "$(count 'does: Deny everyone')" -eq 1 ]
    [ "$(count 'does: Start VssSyncScheduledTask')" -eq 1 ]
    [ "$(count 'does: Delete the server endpoint')" -eq 1 ]
    stop_serving
    says "$verdict" "0 file(s) lost, 1 delete(s)."
}
