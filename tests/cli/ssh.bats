#!/usr/bin/env bats
# The server over SSH: OpenSSH's own server on loopback, the served model world behind a stand-in
# for powershell.exe.
load support
load serve
load sshd

go=(--answer delete=approve --no-input -p reason=migrate -p "endpoint=5f0c9a52-1d0b-4a53-9d53-4f5c6f0f7a10")

# A login takes its time, and the edge must be read within a minute of the world: 4x is slow enough.
serve_over_ssh() {
    if ! [ -x /usr/sbin/sshd ]; then
        skip "the package openssh-server is not installed"
    fi
    sed 's/takes: 2m, vss_takes: 3h30m/takes: 20s, vss_takes: 30s/' "$W/clean.yaml" >"$T/short.yaml"
    quick
    serve "$T/short.yaml" --pace "${1:-4x}"
    start_sshd
    stand_in
    site_over_ssh
}

teardown() {
    stop_sshd
    if [ -n "${SERVER:-}" ]; then
        kill -9 "$SERVER" 2>/dev/null || true
        wait "$SERVER" 2>/dev/null || true
    fi
}

@test "Scenario 1 over SSH, killed while a script may run and while the delete is at work" {
    serve_over_ssh
    "$S" run "$R" --site "$SITE" "${go[@]}" >"$T/out" 2>"$T/err" </dev/null 3>&- &
    run=$!
    reaches 'does: Start VssSyncScheduledTask'
    kill -9 "$run"
    wait "$run" || true
    "$S" resume "$(the_run)" --answer delete=approve --no-input >"$T/out" 2>"$T/err" </dev/null 3>&- &
    run=$!
    reaches 'accepted; the far end is at work'
    kill -9 "$run"
    wait "$run" || true
    try "$S" resume "$(the_run)" --answer delete=approve --no-input
    exits 0
    "$S" log "$(the_run)"
    [ "$(count 'does: Delete the server endpoint')" -eq 1 ]
    stop_serving
    says "$verdict" "0 files lost, 1 delete."
    # Nothing of a call stood on a command line.
    [ "$(sort -u "$T/words")" = "-NoProfile -NonInteractive -ExecutionPolicy Bypass -Command -" ]
}

@test "a plan over SSH reads the server and changes nothing" {
    serve_over_ssh 20x
    try "$S" plan "$R" --site "$SITE" -v -p reason=migrate -p "endpoint=$ENDPOINT"
    exits 0
    says "$out" "over SSH, $(id -un) at FS01.contoso.example"
    says "$out" "Nothing was changed by this plan."
}

@test "a host whose key is another, or is not known, gets nothing" {
    serve_over_ssh 20x
    ssh-keygen -q -t ed25519 -N '' -f "$T/other"
    printf 'FS01.contoso.example %s\n' "$(cut -d' ' -f1,2 "$T/other.pub")" >"$T/known_hosts"
    try "$S" run "$R" --site "$SITE" "${go[@]}"
    [ "$code" -ne 0 ]
    says "$out$err" "its key is not the one in known_hosts"
    : >"$T/known_hosts"
    try "$S" run "$R" --site "$SITE" "${go[@]}"
    [ "$code" -ne 0 ]
    says "$out$err" "its key is not in known_hosts"
    [ ! -e "$T/words" ]
}

@test "a key that the server does not take is said so, with where it belongs" {
    serve_over_ssh 20x
    : >"$T/authorized_keys"
    try "$S" run "$R" --site "$SITE" "${go[@]}"
    [ "$code" -ne 0 ]
    says "$out$err" "administrators_authorized_keys"
    [ ! -e "$T/words" ]
}

@test "nobody at the port is said so" {
    serve_over_ssh 20x
    stop_sshd
    try "$S" run "$R" --site "$SITE" "${go[@]}"
    [ "$code" -ne 0 ]
    says "$out$err" "nobody listens at the port"
}

@test "without SSH: the program of this machine" {
    serve "$W/clean.yaml" --pace 20x
    mkdir -p "$T/bin"
    stand_in
    sed -i -e "s|^\(      host: 'FS01.*\)|\1\n      transport: local|" -e '/^pace:/d' "$SITE"
    PATH="$T/bin:$PATH" try "$S" plan "$R" --site "$SITE" -v -p reason=migrate -p "endpoint=$ENDPOINT"
    exits 0
    says "$out" "powershell.exe of this machine"
    [ "$(sort -u "$T/words")" = "-NoProfile -NonInteractive -ExecutionPolicy Bypass -Command -" ]
}

@test "the second signal ends the program of a change, too" {
    serve "$W/clean.yaml" --pace 1x
    mkdir -p "$T/bin"
    stand_in
    mv "$T/bin/powershell.exe" "$T/bin/answers"
    # A change hangs; what reads is answered.
    {
        printf '#!/bin/sh\ncat >"%s/text.$$"\n' "$T"
        printf 'if grep -q "stepwise: [^ ]* act" "%s/text.$$"; then echo $$ >"%s/hangs"; exec sleep 60; fi\n' "$T" "$T"
        printf 'exec "%s/bin/answers" "$@" <"%s/text.$$"\n' "$T" "$T"
    } >"$T/bin/powershell.exe"
    chmod +x "$T/bin/powershell.exe"
    sed -i -e "s|^\(      host: 'FS01.*\)|\1\n      transport: local|" -e '/^pace:/d' "$SITE"
    PATH="$T/bin:$PATH" "$S" run "$R" --site "$SITE" "${go[@]}" >"$T/out" 2>"$T/err" </dev/null 3>&- &
    run=$!
    for _ in $(seq 1 600); do
        [ -s "$T/hangs" ] && break
        sleep 0.05
    done
    kill -TERM "$run"
    sleep 0.5
    kill -0 "$run"
    kill -0 "$(cat "$T/hangs")"
    kill -TERM "$run"
    from=$SECONDS
    code=0
    wait "$run" || code=$?
    [ "$code" -eq 143 ]
    [ $((SECONDS - from)) -lt 10 ]
    sleep 0.2
    if kill -0 "$(cat "$T/hangs")" 2>/dev/null; then
        kill -9 "$(cat "$T/hangs")"
        return 1
    fi
    says "$("$S" log "$(the_run)")" 'does: Deny everyone'
}
