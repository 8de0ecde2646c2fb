#!/usr/bin/env bats
# Lua hooks: what they may, what they may not, and where a run stands when one goes wrong.

setup() {
    S=${STEPWISE:?}
    T=$BATS_TEST_TMPDIR
    export XDG_STATE_HOME=$T/state
    cat >"$T/book.yaml" <<'Y'
stepwise: 1
name: test/hooks
version: 1.0.0
title: Test
steps:
  - id: change
    title: Change it
    hook: x.lua
  - { id: done, end: done }
Y
    cat >"$T/world.yaml" <<'Y'
world: filesync
web:
  - { on: 'GET https://x.example/a', body: '{"is": false}' }
  - { on: 'GET https://x.example/a', after: 'PUT https://x.example/a *', body: '{"is": true}' }
  - { on: 'PUT https://x.example/a *', body: '{}' }
  - { on: 'POST https://x.example/a *', body: '{}' }
Y
}

# A reversible hook with these bodies of check, apply and undo.
hook() {
    cat >"$T/x.lua" <<L
return {
  about = 'Changes a thing',
  effect = 'reversible',
  grants = { http = { 'GET https://x.example/a', 'PUT https://x.example/a', 'POST https://x.example/a' } },
  check = function(ctx)
    $1
  end,
  apply = function(ctx)
    $2
  end,
  undo = function(ctx)
    $3
  end,
}
L
}

look="return ctx.http.get('https://x.example/a').json.is"
put="ctx.http.put('https://x.example/a', { json = { is = true } })"

rehearse() {
    run "$S" rehearse "$T/book.yaml" --world "$T/world.yaml" --evidence "$T/evidence.json" "$@"
}

@test "a hook that does its work is done, and read back" {
    hook "$look" "$put" ""
    rehearse
    [ "$status" -eq 0 ]
    [[ $output == *"does: PUT https://x.example/a"* ]]
    [[ $output == *"done, and read back"* ]]
    [[ $output == *"1 changing request took effect"* ]]
}

@test "a hook that writes in its check is refused, nothing is sent, and the run stands still" {
    hook "$put return true" "" ""
    rehearse
    [ "$status" -eq 3 ]
    [[ $output == *"x.lua:6: http: \`check\` can only read; a change belongs into \`apply\`"* ]]
    [[ $output == *"called by $T/book.yaml:8"* ]]
    [[ $output == *"0 changing requests took effect"* ]]
}

@test "a plan sends nothing of what apply wants, and shows it" {
    hook "$look" "$put" ""
    run "$S" plan "$T/book.yaml" --world "$T/world.yaml"
    [ "$status" -eq 0 ]
    [[ $output == *"would do: Begin with PUT https://x.example/a"* ]]
    [[ $output == *'{"is":true}'* ]]
    [[ $output == *"Nothing was changed by this plan."* ]]
}

@test "what is beyond the grants is not sent, and the message names the grant that lacks" {
    hook "$look" "ctx.http.put('https://x.example/b', { body = 'x' })" ""
    rehearse
    [ "$status" -eq 3 ]
    [[ $output == *"'PUT https://x.example/b' is beyond its grants, so it was not sent"* ]]
    [[ $output == *"0 changing requests took effect"* ]]
    hook "return ctx.http.get('https://y.example/a').json.is" "" ""
    rehearse
    [ "$status" -eq 3 ]
    [[ $output == *"'GET https://y.example/a' is beyond its grants"* ]]
}

@test "a host that is only spelled like a granted one is refused" {
    for url in 'https://x.example@y.example/a' 'https://x.example/a/../b' 'https://x.example\y/a' 'http://x.example/a'; do
        hook "return ctx.http.get('${url/\\/\\\\}').status == 200" "" ""
        rehearse
        [ "$status" -eq 3 ]
        [[ $output == *"PARKED"* ]]
    done
}

@test "a hook past its deadline is killed, and the run says so" {
    hook "while true do end" "" ""
    rehearse
    [ "$status" -eq 3 ]
    [[ $output == *"it was killed, as it did not end in its time"* ]]
    [[ $output == *"PARKED"* ]]
    # shellcheck disable=SC2016
    hook '("").rep("", 1 << 62) return true' "" ""
    rehearse
    [ "$status" -eq 3 ]
    [[ $output == *"it was killed"* ]]
}

@test "an answer that never comes is settled by check; a POST is not sent a second time" {
    hook "$look" "ctx.http.post('https://x.example/a', { body = 'x' })" ""
    sed -i "s/POST .*/POST https:\/\/x.example\/a *', fails: timeout }/" "$T/world.yaml"
    rehearse
    [ "$status" -eq 8 ]
    [[ $output == *"to send it again could do it twice"* ]]
    [ "$(grep -c "does: POST" <<<"$output")" -eq 1 ]
}

@test "an answer that was lost after it happened is found by check" {
    hook "$look" "$put" ""
    sed -i "s/\(PUT https:..x.example.a .', \)body: '{}'/\1fails: lost/" "$T/world.yaml"
    rehearse
    [ "$status" -eq 0 ]
    [[ $output == *"unknown:"* ]]
    [ "$(grep -c "does: PUT" <<<"$output")" -eq 1 ]
}

@test "a hook whose undo asks for the same again and again is not put back for ever" {
    hook "$look" "$put" "ctx.http.post('https://x.example/a', { body = 'x' })"
    sed -i 's/end: done }/end: stopped, rollback: true }/' "$T/book.yaml"
    rehearse
    [ "$status" -eq 3 ]
    [[ $output == *"it has to look first"* ]]
    [ "$(grep -c "puts back: POST" <<<"$output")" -eq 1 ]
}

@test "what a hook declares wrongly is found in its file, all at once" {
    cat >"$T/x.lua" <<'L'
return {
  effect = 'reversible',
  inputs = { a = 'no_such_type' },
  grants = { http = { 'GET https://*/a' }, ftp = { 'x' } },
  check = function(ctx) return true end,
}
L
    run "$S" lint "$T/book.yaml"
    [ "$status" -eq 65 ]
    for text in 'SW0703' 'SW0704' 'SW0705' "$T/x.lua:4:24" 'grant `ftp: x`' 'needs a function `undo`' 'no_such_type' '`about` is missing' 'needs a function `apply`'; do
        [[ $output == *"$text"* ]]
    done
    printf 'return {\n  about = \n' >"$T/x.lua"
    run "$S" lint "$T/book.yaml"
    [ "$status" -eq 65 ]
    [[ $output == *"$T/x.lua:3:1: error[SW0702]"* ]]
    rm "$T/x.lua"
    run "$S" lint "$T/book.yaml"
    [ "$status" -eq 65 ]
    [[ $output == *"SW0701"* ]]
}

@test "a point is bound on the command line; bound to what cannot be undone it does not load" {
    hook "$look" "$put" ""
    sed -i 's/hook: x.lua/hook: here\n    optional: true/' "$T/book.yaml"
    rehearse
    [ "$status" -eq 0 ]
    [[ $output == *"skipped"* ]]
    rehearse --hook here="$T/x.lua"
    [ "$status" -eq 0 ]
    [[ $output == *"does: PUT"* ]]
    sed -i "s/effect = 'reversible'/effect = 'irreversible'/; /undo = /,/end,/d" "$T/x.lua"
    rehearse --hook here="$T/x.lua"
    [ "$status" -eq 65 ]
    [[ $output == *"SW0707"* ]]
}

@test "a hook that is a file is never left out, and \`optional\` on it is a warning" {
    hook "$look" "$put" ""
    sed -i 's/hook: x.lua/hook: x.lua\n    optional: true/' "$T/book.yaml"
    run "$S" lint "$T/book.yaml"
    [ "$status" -eq 0 ]
    [[ $output == *"book.yaml:9:"*"warning[SW0709]: \`x.lua\` is a file, not a point: it is never left out"* ]]
    rehearse
    [ "$status" -eq 0 ]
    [[ $output == *"does: PUT"* ]]
}

@test "a hook file that cannot be undone needs an edge" {
    hook "$look" "$put" ""
    sed -i "s/effect = 'reversible'/effect = 'irreversible'/; /undo = /,/end,/d" "$T/x.lua"
    run "$S" lint "$T/book.yaml"
    [ "$status" -eq 65 ]
    [[ $output == *"SW0414"* ]]
}

@test "evidence that no hook can attest is not trusted" {
    hook "$look" "$put" ""
    sed -i 's/hook: x.lua/hook: x.lua\n    trust: [filesync.cloud_complete]/' "$T/book.yaml"
    run "$S" lint "$T/book.yaml"
    [ "$status" -eq 65 ]
    [[ $output == *"SW0708"* ]]
    [[ $output == *"only its own actions yield it"* ]]
}

@test "killed while a hook waits between two writes, the run goes on, and each write is made once" {
    hook "$look" "ctx.http.post('https://x.example/a', { body = 'x' }); ctx.log('is sent'); ctx.sleep('30m'); $put" ""
    "$S" run "$T/book.yaml" --rehearse "$T/world.yaml" --pace 60x --no-input >"$T/out" 2>&1 </dev/null &
    pid=$!
    for _ in $(seq 1200); do
        grep -q "says: is sent" "$T/out" && break # its answer is in the journal, and so is the wait
        sleep 0.05
    done
    kill -9 "$pid"
    wait "$pid" || true
    grep -q "does: PUT" "$T/out" && return 1
    id=$("$S" ls | sed -n 's/^\(hooks-[^ ]*\) .*/\1/p')
    run "$S" resume "$id" --pace 100000x --no-input
    [ "$status" -eq 0 ]
    run "$S" log "$id"
    [ "$(grep -c "does: POST" <<<"$output")" -eq 1 ]
    [ "$(grep -c "does: PUT" <<<"$output")" -eq 1 ]
}

@test "secrets stand as handles in plans and journals, and only granted ones may be named" {
    hook "$look" "ctx.http.put('https://x.example/a', { headers = { Authorization = 'Bearer ' .. ctx.secret('token') }, json = { is = true } })" ""
    rehearse
    [ "$status" -eq 3 ]
    [[ $output == *"the secret 'token' is not among its grants"* ]]
    sed -i "s/grants = {/grants = { secret = { 'token' },/" "$T/x.lua"
    rehearse
    [ "$status" -eq 0 ]
    grep -q '{{secret:token}}' "$T/evidence.json"
}

# Scenario 1, with a hook that cuts users off.
attested() {
    root=$BATS_TEST_DIRNAME/../..
    sed -z 's/    do: filesync.block_access\n    target: server\n/    hook: x.lua\n    trust: [filesync.access_removed]\n/' \
        "$root/runbooks/filesync/scenario-1.yaml" >"$T/s1.yaml"
    hook "local is = ctx.http.get('https://x.example/a').json.is return { done = is, say = 'it says ' .. tostring(is) }" "$put" ""
    sed -i "s/effect = 'rev/yields = { 'filesync.access_removed' }, effect = 'rev/" "$T/x.lua"
}

@test "a trusted hook attests that access is gone; without trust the runbook does not load" {
    attested
    run "$S" lint "$T/s1.yaml"
    [ "$status" -eq 0 ]
    sed -i '/trust: /d' "$T/s1.yaml"
    run "$S" lint "$T/s1.yaml"
    [ "$status" -eq 65 ]
    [[ $output == *"SW0501"* ]]
    [[ $output == *"without the evidence \`filesync.access_removed\`"* ]]
}

@test "what a hook attests is read again by its check, and lapses when that says no" {
    attested
    {
        cat "$root/runbooks/filesync/worlds/clean.yaml"
        sed -n '/^web:/,$p' "$T/world.yaml" | sed "s/\(after: 'PUT[^,]*\),/\1, times: 4,/"
    } >"$T/w1.yaml"
    run "$S" rehearse "$T/s1.yaml" --world "$T/w1.yaml" -p reason=migrate --evidence "$T/evidence.json"
    [[ $output == *"proven: filesync.access_removed"* ]]
    [[ $output == *"NO LONGER PROVEN: filesync.access_removed"*"x.lua: it says false"* ]]
}

@test "with a site file a hook asks a real server; the secret is on the wire and nowhere else" {
    hook "$look" "ctx.http.put('https://x.example/a', { headers = { Authorization = 'Bearer ' .. ctx.secret('token') }, json = { is = true } })" ""
    sed -i "s/grants = {/grants = { secret = { 'token' },/" "$T/x.lua"
    sed -i 's/hook: x.lua/hook: here/' "$T/book.yaml"
    cat >"$T/server.py" <<'P'
import http.server, sys

class Server(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    done = False

    def reply(self, text):
        self.send_response(200)
        self.send_header('Content-Length', str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def do_GET(self):
        self.reply('{"is": %s}' % ('true' if Server.done else 'false'))

    def do_PUT(self):
        self.rfile.read(int(self.headers['Content-Length']))
        Server.done = self.headers['Authorization'] == 'Bearer not-for-journals'
        self.reply('{"echo": "%s"}' % self.headers['Authorization'])

    def log_message(self, *words):
        pass

server = http.server.HTTPServer(('127.0.0.1', 0), Server)
print(server.server_port, flush=True)
server.timeout = 20
for _ in range(20):
    server.handle_request()
P
    /usr/bin/python3 "$T/server.py" >"$T/port" 2>/dev/null 3>&- &
    server=$!
    for _ in $(seq 1200); do
        [ -s "$T/port" ] && break
        sleep 0.05
    done
    printf 'not-for-journals' >"$T/token"
    chmod 400 "$T/token"
    cat >"$T/site.yaml" <<Y
site: 1
targets: {}
hooks: { here: x.lua }
secrets: { token: { file: $T/token } }
connect:
  - { to: 'x.example:443', at: '127.0.0.1:$(cat "$T/port")', plain: true }
Y
    run timeout 30 "$S" run "$T/book.yaml" --site "$T/site.yaml" --no-input -v
    kill "$server"
    [ "$status" -eq 0 ]
    [[ $output == *"done, and read back"* ]]
    [[ $output != *"not-for-journals"* ]]
    run grep -rl not-for-journals "$T/state"
    [ "$status" -eq 1 ]
}

@test "granted or not, a hook asks neither this machine nor its link, in whichever spelling" {
    for host in localhost 127.0.0.1 0x7f.1 127.1 2130706433 017700000001 169.254.169.254 0xa9fea9fe; do
        hook "return ctx.http.get('https://$host:1/a').status == 200" "$put" ""
        sed -i "s/grants = .*/grants = { http = { 'GET https:\/\/$host:1\/a', 'PUT https:\/\/x.example\/a' } },/" "$T/x.lua"
        printf 'site: 1\ntargets: {}\n' >"$T/site.yaml"
        run timeout 60 "$S" plan "$T/book.yaml" --site "$T/site.yaml"
        [[ $output == *"leads to this machine or its own link; nothing was sent"* ]]
    done
    hook "return ctx.http.get('https://[::ffff:127.0.0.1]:1/a').status == 200" "$put" ""
    run timeout 60 "$S" plan "$T/book.yaml" --site "$T/site.yaml"
    [[ $output == *"no plain host"* ]]
}

@test "secrets that a hook asks for are looked for before the run, all at once, with their lines" {
    hook "$look" "ctx.http.put('https://x.example/a', { headers = { Authorization = ctx.secret('token') }, json = { is = true } })" ""
    sed -i "s/grants = {/grants = { secret = { 'token', 'other', 'third' },/" "$T/x.lua"
    cat >"$T/site.yaml" <<Y
site: 1
targets: {}
secrets:
  third: { env: THIRD_SECRET }
  token: { file: $T/token }
Y
    for verb in "plan" "run --no-input"; do
        # shellcheck disable=SC2086
        THIRD_SECRET=long-enough run timeout 30 "$S" $verb "$T/book.yaml" --site "$T/site.yaml"
        [ "$status" -eq 65 ]
        [[ $output == *"$T/site.yaml:5:3: error[SW0859]"*"the secret 'token'"*"No such file"* ]]
        [[ $output == *"$T/site.yaml:3:1: error[SW0859]"*"does not have: 'other' ($T/x.lua"* ]]
        [[ $output == *"$T/x.lua"*"$T/book.yaml:8"* ]]
        [[ $output == *"secrets: { token: { file: "* ]]
        [[ $output != *"'third'"* ]]
        [[ $output != *"does:"* ]]
    done
    run "$S" ls
    [[ $output != *hooks-* ]]
    sed -i '/^secrets:/,$d' "$T/site.yaml"
    run timeout 30 "$S" plan "$T/book.yaml" --site "$T/site.yaml"
    [ "$status" -eq 65 ]
    [[ $output == *"$T/site.yaml:1:1: error[SW0859]"*"'token' ($T/x.lua, called by $T/book.yaml:8), 'other'"*"'third'"* ]]
    run timeout 30 "$S" doctor --site "$T/site.yaml" "$T/book.yaml"
    [ "$status" -eq 1 ]
    [[ $output == *"MISSING"*"'token'"*"$T/x.lua"* ]]
}
