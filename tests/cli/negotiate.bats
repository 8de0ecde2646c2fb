#!/usr/bin/env bats
# Login by Negotiate: a real KDC, libcurl's own client, and a listener whose GSSAPI checks the token.
load support
load kdc

setup_file() {
    if ! [ -x /usr/sbin/krb5kdc ] || ! [ -x /usr/sbin/kadmin.local ] || ! command -v kinit >/dev/null; then
        skip "the packages krb5-kdc, krb5-admin-server and krb5-user are not installed"
    fi
    /usr/bin/python3 -c 'import gssapi' 2>/dev/null || skip "python3-gssapi is not installed"
}

teardown() {
    stop_kdc
    if [ -n "${LISTENER:-}" ]; then
        kill -9 "$LISTENER" 2>/dev/null || true
        wait "$LISTENER" 2>/dev/null || true
    fi
}

listen() {
    : >"$T/seen"
    : >"$T/logins"
    rm -f "$T/port"
    /usr/bin/python3 tests/cli/winrm-replay.py "$T" negotiate >"$T/port" 2>"$T/listener.err" 3>&- &
    LISTENER=$!
    wait_for 60 test -s "$T/port"
    cat >"$T/site.yaml" <<SITE
site: 1
targets:
  server:
    kind: windows.server
    settings: { host: fs01.contoso.example }
    login: { by: negotiate }
approvers: { owners: [ada] }
connect:
  - { to: 'fs01.contoso.example:5986', at: '127.0.0.1:$(cat "$T/port")', plain: true }
SITE
}

@test "with a ticket the server's own GSSAPI says who we are, once for the connection" {
    start_kdc
    listen
    printf 'a-long-password\n' | kinit ada >/dev/null
    try "$S" doctor --site "$T/site.yaml"
    cat "$T/logins" "$T/listener.err" "$T/kdc.log"
    exits 0
    says "$out" "agent 17.2.0.0, its service runs"
    says "$(tail -1 "$T/logins")" "Negotiate ada@CONTOSO.EXAMPLE"
    [ "$(grep -c 'Negotiate ada@' "$T/logins")" -eq 1 ]
    [ "$(cut -d' ' -f1 "$T/seen" | sort -u | wc -l)" -eq 1 ]
}

@test "without a ticket nothing gets in, and it says what to look at" {
    start_kdc
    listen
    try "$S" doctor --site "$T/site.yaml"
    exits 1
    says "$out" "Is the ticket still good (klist)"
    [ ! -s "$T/seen" ]
}
