#!/usr/bin/env bats
# Who may write a site file, who is told, who may stop a run; what of secrets stays in a process.
load support
load serve

go=(--answer delete=approve --no-input -p reason=migrate -p "endpoint=5f0c9a52-1d0b-4a53-9d53-4f5c6f0f7a10")

@test "a site file that others may write is not used" {
    serve_short
    chmod 664 "$SITE"
    try "$S" run "$R" --site "$SITE" "${go[@]}"
    exits 77
    says "$err" "may be written by others (mode 0664)"
    try "$S" plan "$R" --site "$SITE" -p reason=migrate -p "endpoint=$ENDPOINT"
    exits 77
    try "$S" doctor --site "$SITE"
    exits 1
    says "$out" "may be written by others"
    chmod 644 "$SITE"
    try "$S" plan "$R" --site "$SITE" -p reason=migrate -p "endpoint=$ENDPOINT"
    exits 0
}

@test "a key that others may read is not used" {
    serve_short
    printf x >"$T/key"
    : >"$T/known_hosts"
    chmod 640 "$T/key"
    sed -i -e "s|^\(      host: .*\)|\1\n      transport: ssh|" -e '/^pace/d' "$SITE"
    awk -v t="$T" '/kind: windows/ { s = 1 } s && /login:/ {
        print "    login: { by: key, user: ada, key: \"" t "/key\", known_hosts: \"" t "/known_hosts\" }"
        s = 0; next } { print }' "$SITE" >"$T/ssh.yaml"
    try "$S" plan "$R" --site "$T/ssh.yaml" -p reason=migrate -p "endpoint=$ENDPOINT"
    exits 77
    says "$err" "is open to others (mode 0640): chmod 0400"
}

@test "a program and a webhook are told when a run asks, parks and ends; what fails stops nothing" {
    serve_short
    canary=Zk7-canary-Qw93xLp
    (umask 077 && printf 'https://hooks.contoso.example/%s\n' "$canary" >"$T/hook.url")
    # The model world answers for no such host: silence.
    printf "  - { to: 'hooks.contoso.example:443', at: '127.0.0.1:%s', plain: true }\n" "$PORT" >>"$SITE"
    cat >>"$SITE" <<SITE
notify:
  - { command: [sh, -c, 'cat >>"$T/told"; echo >>"$T/told"'] }
  - { command: [sh, -c, 'exit 7'] }
  - { webhook: { file: '$T/hook.url' } }
SITE
    try "$S" run "$R" --site "$SITE" --no-input -p reason=migrate -p "endpoint=$ENDPOINT"
    exits 3
    says "$(cat "$T/told")" '"event":"asks"'
    says "$(cat "$T/told")" '"step":"delete"'
    says "$err" "row 2 of notify was not told that the run asks: 'sh' ended with exit code 7"
    says "$err" "row 3 of notify was not told that the run asks: the webhook could not be reached"
    lacks "$out$err$(cat "$T/told")" "$canary"
    try "$S" resume "$(the_run)" --answer delete=approve --no-input
    exits 0
    says "$(tail -1 "$T/told")" '"event":"ended"'
    says "$(tail -1 "$T/told")" '"exit_code":0'
}

@test "a webhook gets one JSON object by POST" {
    serve_short
    /usr/bin/python3 - "$T" >"$T/hook.port" 3>&- <<'PYTHON' &
import http.server, sys

class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with open(sys.argv[1] + "/posted", "ab") as file:
            file.write(self.path.encode() + b" " + self.headers["Content-Type"].encode() + b" " + body + b"\n")
        self.send_response(204)
        self.end_headers()

    def log_message(self, *words):
        pass

server = http.server.HTTPServer(("127.0.0.1", 0), Hook)
server.timeout = 290
print(server.server_port, flush=True)
server.handle_request()
PYTHON
    hook=$!
    wait_for 60 test -s "$T/hook.port"
    (umask 077 && printf 'https://hooks.contoso.example/services/T0/B1\n' >"$T/hook.url")
    printf "  - { to: 'hooks.contoso.example:443', at: '127.0.0.1:%s', plain: true }\n" \
        "$(cat "$T/hook.port")" >>"$SITE"
    printf "notify:\n  - { webhook: { file: '%s' } }\n" "$T/hook.url" >>"$SITE"
    try "$S" run "$R" --site "$SITE" --no-input -p reason=migrate -p "endpoint=$ENDPOINT"
    exits 3
    wait "$hook"
    lacks "$err" "was not told"
    says "$(cat "$T/posted")" '/services/T0/B1 application/json {'
    says "$(cat "$T/posted")" '"event":"asks"'
}

@test "only who began it, or an operator, stops a run" {
    serve "$W/clean.yaml" --pace "$PACE" # its upload takes hours
    printf 'operators: [nobody-here]\n' >>"$SITE"
    "$S" run "$R" --site "$SITE" "${go[@]}" >"$T/out" 2>"$T/err" </dev/null 3>&- &
    run=$!
    reaches 'Start VssSyncScheduledTask'
    # Who began it is who asks here: that is allowed.
    try "$S" rollback "$(the_run)" --reason "not today"
    exits 0
    wait "$run" || true
    "$S" ls | grep -q ' stopped '
}

@test "lint names what is wrong in operators and notify" {
    printf 'site: 1\ntargets: {}\noperators: []\nnotify:\n  - { mail: x }\n  - { webhook: https://x/y }\n' \
        >"$T/site.yaml"
    try "$S" lint "$T/site.yaml"
    exits 65
    says "$err$out" "site.yaml:3:12"
    says "$err$out" "site.yaml:5:5"
    says "$err$out" "site.yaml:6:16"
    says "$err$out" "a secret is not written into a site file"
}

@test "a process that has read a secret leaves no core and cannot be looked into" {
    serve_short
    (umask 077 && printf 'a-long-secret-1\n' >"$T/secret")
    sed -i "0,/login: { by: none }/s||login: { by: token, secret: { command: [sh, -c, 'cat $T/secret'] } }|" "$SITE"
    sed -i "s/^pace: .*/pace: 20x/" "$SITE"
    "$S" run "$R" --site "$SITE" "${go[@]}" >"$T/out" 2>"$T/err" </dev/null 3>&- &
    run=$!
    reaches 'locked for this run'
    if grep -q 'Max core file size *0 *0' "/proc/$run/limits"; then core=0; else core=1; fi
    owner=$(stat -c %u "/proc/$run")
    kill -9 "$run"
    wait "$run" || true
    [ "$core" -eq 0 ]
    [ "$owner" -eq 0 ] # the kernel gives what cannot be looked into to root
}

@test "a variable that holds a secret is not handed to the programs of a site" {
    serve_short
    export STEPWISE_TEST_TOKEN=a-long-secret-2
    sed -i "0,/login: { by: none }/s||login: { by: token, secret: { env: STEPWISE_TEST_TOKEN } }|" "$SITE"
    sed -i "s|login: { by: none }|login: { by: basic, user: a, secret: { command: [sh, -c, 'env >>$T/env; echo a-long-secret-3'] } }|" "$SITE"
    printf "notify:\n  - { command: [sh, -c, 'env >>%s/env'] }\n" "$T" >>"$SITE"
    try "$S" run "$R" --site "$SITE" "${go[@]}"
    exits 0
    says "$(cat "$T/env")" "PATH="
    lacks "$(cat "$T/env")" "a-long-secret-2"
}
