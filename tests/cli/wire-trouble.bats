#!/usr/bin/env bats
# What the far end does wrong, on real sockets: a program in between answers some requests itself.
load support
load serve

go=(--answer delete=approve --no-input -p reason=migrate -p "endpoint=5f0c9a52-1d0b-4a53-9d53-4f5c6f0f7a10")
THROTTLED='{"error":{"code":"SubscriptionRequestsThrottled","message":"Please try again later."}}'

teardown() {
    for one in "${SERVER:-}" "${BETWEEN:-}"; do
        if [ -n "$one" ]; then
            kill -9 "$one" 2>/dev/null || true
            wait "$one" 2>/dev/null || true
        fi
    done
}

# RULES for the resource manager; all else goes to the world.
between() { # RULES
    printf '%s' "$1" >"$T/rules.json"
    /usr/bin/python3 tests/cli/between.py "$T" "$PORT" >"$T/port" 2>"$T/between.err" 3>&- &
    BETWEEN=$!
    for _ in $(seq 1 1200); do
        [ -s "$T/port" ] && break
        sleep 0.05
    done
    sed -i "/management.azure.com/s/127.0.0.1:$PORT/127.0.0.1:$(cat "$T/port")/" "$SITE"
}

serve_short() {
    sed 's/vss_takes: 3h30m/vss_takes: 8m/' "$W/clean.yaml" >"$T/short.yaml"
    serve "$T/short.yaml" --pace 100x
}

# Milliseconds from the n-th line of `seen` that holds these words to the next such line.
gap() { # N WORDS
    grep "$2" "$T/seen" | sed -n "$1p;$(($1 + 1))p" | cut -d' ' -f1 | paste -sd' ' | awk '{ print $2 - $1 }'
}

@test "a throttled delete waits as long as it was told, in seconds or as a date, and is sent again" {
    serve_short
    between '[{"method":"DELETE","path":"serverEndpoints/","times":1,"status":429,
               "headers":{"Retry-After":"300"},"body":"'"${THROTTLED//\"/\\\"}"'"},
              {"method":"DELETE","path":"serverEndpoints/","times":1,"status":429,
               "headers":{"Retry-After":"DATE+300"},"body":"'"${THROTTLED//\"/\\\"}"'"}]'
    try "$S" run "$R" --site "$SITE" "${go[@]}"
    exits 0
    says "$out" "SubscriptionRequestsThrottled"
    [ "$(grep -c ' 429 DELETE ' "$T/seen")" -eq 2 ]
    [ "$(grep -c ' 202 DELETE ' "$T/seen")" -eq 1 ]
    # 300 s are 3,000 ms of ours; asking as it pleases would be 150 ms.
    [ "$(gap 1 ' DELETE ')" -ge 2900 ]
    [ "$(gap 2 ' DELETE ')" -ge 2900 ]
    stop_serving
    says "$verdict" "0 files lost, 1 delete."
}

@test "a throttled read waits as long as it was told, in seconds or as a date" {
    serve_short
    between '[{"method":"GET","path":"/syncGroups/team-files[?]","times":1,"status":429,
               "headers":{"Retry-After":"300"},"body":"{}"},
              {"method":"GET","path":"/syncGroups/team-files[?]","times":1,"status":429,
               "headers":{"Retry-After":"DATE+300"},"body":"{}"}]'
    try "$S" run "$R" --site "$SITE" "${go[@]}"
    exits 0
    [ "$(gap 1 '/syncGroups/team-files?')" -ge 2900 ]
    [ "$(gap 2 '/syncGroups/team-files?')" -ge 2900 ]
}

@test "an operation whose address is on another host is not followed there, and is looked at instead" {
    serve_short
    printf 'canary-token-1\n' >"$T/token"
    chmod 400 "$T/token"
    between '[{"method":"DELETE","path":"serverEndpoints/",
               "rewrite":["Azure-AsyncOperation","management.azure.com","management.azure.example"]}]'
    sed -i "0,/login: { by: none }/s||login: { by: token, secret: { file: '$T/token' } }|" "$SITE"
    try "$S" run "$R" --site "$SITE" "${go[@]}"
    exits 0
    says "$out" "looks whether it happened"
    [ "$(grep -c ' DELETE ' "$T/seen")" -eq 1 ]
    [ "$(grep -c '/operations/' "$T/seen")" -eq 0 ]
    stop_serving
    says "$verdict" "0 files lost, 1 delete."
}

@test "a token that dies in the middle of an operation is read anew, and the delete is not sent again" {
    serve_short
    printf 'canary-token-1\n' >"$T/token"
    chmod 400 "$T/token"
    between '[{"method":"GET","path":"/operations/","times":1,"status":401,
               "headers":{"WWW-Authenticate":"Bearer error=\"invalid_token\""},
               "body":"{\"error\":{\"code\":\"ExpiredAuthenticationToken\",\"message\":\"The access token expiry UTC time is earlier than current UTC time.\"}}"}]'
    sed -i "0,/login: { by: none }/s||login: { by: token, secret: { file: '$T/token' } }|" "$SITE"
    "$S" run "$R" --site "$SITE" "${go[@]}" >"$T/out" 2>"$T/err" </dev/null 3>&- &
    run=$!
    for _ in $(seq 1 12000); do
        if grep -q ' 202 DELETE ' "$T/seen" 2>/dev/null; then
            break
        fi
        sleep 0.01
    done
    printf 'canary-token-2\n' >"$T/token.new"
    chmod 400 "$T/token.new"
    mv -f "$T/token.new" "$T/token"
    wait "$run"
    [ "$(grep -c ' DELETE ' "$T/seen")" -eq 1 ]
    grep ' 401 GET ' "$T/seen" | grep -q 'canary-token-1'
    grep ' 200 GET .*/operations/' "$T/seen" | head -1 | grep -q 'canary-token-2'
    lacks "$(cat "$T/out" "$T/err")" canary
}

@test "a snapshot that is refused stops the run before the delete" {
    serve_short
    between '[{"method":"PUT","path":"expand=snapshots","status":409,
               "body":"{\"error\":{\"code\":\"ShareSnapshotCountExceeded\",\"message\":\"The total number of snapshots for the share is over the limit.\"}}"}]'
    try "$S" run "$R" --site "$SITE" "${go[@]}"
    exits 3
    says "$out" "step 'insure' failed"
    says "$out" "ShareSnapshotCountExceeded"
    [ "$(grep -c ' DELETE ' "$T/seen")" -eq 0 ]
}

@test "a look that is forbidden is said with what to do by doctor, once" {
    serve_short
    between '[{"method":"GET","path":"/locks","status":403,
               "body":"{\"error\":{\"code\":\"AuthorizationFailed\",\"message\":\"The client has no authorization to perform action Microsoft.Authorization/locks/read.\"}}"}]'
    try "$S" doctor --site "$SITE"
    exits 1
    grep -qE '^MISSING +cloud +locks .*AuthorizationFailed.*Reader of the subscription' "$T/out"
    says "$out" "may read the sync group"
}

@test "the service's ids of our requests are in the evidence, beside what they led to" {
    serve_short
    between '[]'
    try "$S" run "$R" --site "$SITE" "${go[@]}"
    exits 0
    "$S" evidence export "$(the_run)" --evidence "$T/evidence.json"
    /usr/bin/python3 - "$T" <<'END'
import json, pathlib, re, sys
folder = pathlib.Path(sys.argv[1])
text = (folder / "evidence.json").read_text()
seen = [line.split() for line in (folder / "seen").read_text().splitlines()]
records = json.loads(text)["records"]
def told(kind):
    return " ".join(json.dumps(r["body"]) for r in records if r["kind"] == kind)
deletes = [s[5] for s in seen if s[1:3] == ["202", "DELETE"]]
assert len(deletes) == 1 and deletes[0] in told("accepted"), (deletes, told("accepted"))
groups = [s[5] for s in seen if s[2] == "GET" and re.search(r"/syncGroups/team-files[?]", s[3])]
assert groups[0] in told("facts"), groups
last = [s[5] for s in seen if "/operations/" in s[3]][-1]
assert last in told("effect"), last
END
    "$S" evidence verify "$T/evidence.json"
}
