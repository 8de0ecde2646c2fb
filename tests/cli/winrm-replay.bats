#!/usr/bin/env bats
# The real client against a listener that answers with recordings: faults and refusals in words.
load support

# Begin the listener and write a site file that leads to it.
listen() { # PLAN
    [ -x /usr/bin/python3 ] || skip "python3 is not installed"
    : >"$T/seen"
    rm -f "$T/port" # of a listener before it
    /usr/bin/python3 tests/cli/winrm-replay.py "$T" "$1" >"$T/port" 2>"$T/listener.err" 3>&- &
    LISTENER=$!
    wait_for 60 test -s "$T/port"
    cat >"$T/site.yaml" <<SITE
site: 1
targets:
  server:
    kind: windows.server
    settings: { host: fs01.contoso.example }
    login: { by: none }
approvers: { owners: [ada] }
connect:
  - { to: 'fs01.contoso.example:5986', at: '127.0.0.1:$(cat "$T/port")', plain: true }
SITE
}

teardown() {
    if [ -n "${LISTENER:-}" ]; then
        kill -9 "$LISTENER" 2>/dev/null || true
        wait "$LISTENER" 2>/dev/null || true
    fi
}

actions() {
    cut -d' ' -f2 "$T/seen" | tr '\n' ' '
}

@test "a whole talk in recorded shapes, over one connection, the shell closed at its end" {
    listen whole
    try "$S" doctor --site "$T/site.yaml"
    cat "$T/listener.err"
    says "$out" "agent 17.2.0.0, its service runs"
    one="Create Command Send Receive Receive Signal Delete "
    [ "$(actions)" = "$one$one$one" ]
    [ "$(cut -d' ' -f1 "$T/seen" | sort -u | wc -l)" -eq 1 ]
    exits 0
}

@test "a clock that is far off is an obstacle, a little off a warning" {
    for row in 'whole|0|ok' 'a-little-late|0|warning' 'late|1|MISSING'; do
        IFS='|' read -r plan wanted word <<<"$row"
        listen "$plan"
        try "$S" doctor --site "$T/site.yaml"
        exits "$wanted"
        grep -qE "^$word +server +clock +its clock is [0-9]+ s " "$T/out" || {
            cat "$T/out"
            return 1
        }
        kill -9 "$LISTENER"
        wait "$LISTENER" || true
    done
    says "$out" "Let both follow a time server"
}

@test "output that is not ours is no answer, its errors come as words, and the shell is closed" {
    listen as-recorded
    try "$S" doctor --site "$T/site.yaml"
    exits 1
    says "$out" "script 'filesync/agent-facts' ended with exit code"
    lacks "$out" "CLIXML"
    says "$(actions)" "Receive Signal Delete "
}

@test "each refusal is said in words with what to do" {
    while IFS='|' read -r status words; do
        listen "status:$status"
        try "$S" doctor --site "$T/site.yaml"
        exits 1
        says "$out" "$words"
        kill -9 "$LISTENER"
        wait "$LISTENER" || true
    done <<'TABLE'
401|the way of authentication (401). Is the ticket still good
403|not allowed (403): the login must be an administrator
404|no WinRM listener at this address (404): winrm enumerate
413|(413): raise MaxEnvelopeSizekb
500|500 without a word: usually an unencrypted message
503|(503): is the service WinRM running
TABLE
}

@test "faults have their words, and a shell that was made is closed" {
    listen fault:5
    try "$S" doctor --site "$T/site.yaml"
    exits 1
    says "$out" "(fault 5). The login must be an administrator"
    [ "$(actions)" = "Create " ]
    kill -9 "$LISTENER"
    wait "$LISTENER" || true
    listen fault-at-command:2150859174
    try "$S" doctor --site "$T/site.yaml"
    exits 1
    says "$out" "Shells of this user are open there"
    says "$(actions)" "Create Command Delete "
}

@test "a signal in the middle of a silent script closes the shell first" {
    listen silent
    "$S" doctor --site "$T/site.yaml" >"$T/out" 2>"$T/err" </dev/null 3>&- &
    doctor=$!
    wait_for 60 grep -q Receive "$T/seen"
    kill -TERM "$doctor"
    export code=0
    wait "$doctor" || code=$?
    out=$(cat "$T/out")
    exits 143
    says "$(actions)" "Receive Signal Delete "
}

@test "plain HTTP is refused with the reason, before anything is sent" {
    listen whole
    sed -i -e 's/host: fs01.contoso.example }/host: fs01.contoso.example, port: 5985 }/' \
        -e "s/:5986'/:5985'/" "$T/site.yaml"
    try "$S" doctor --site "$T/site.yaml"
    exits 1
    says "$out" "port 5985 is WinRM over plain HTTP"
    [ ! -s "$T/seen" ]
}
