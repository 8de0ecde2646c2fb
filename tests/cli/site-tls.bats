#!/usr/bin/env bats
# Both scenarios with `run --site` over real TLS sockets, against the served model world.
load support
load serve

go=(--no-input -p reason=migrate -p "endpoint=5f0c9a52-1d0b-4a53-9d53-4f5c6f0f7a10")

serve_1() {
    serve_short --tls "$T/tls"
}

# A world with little to recall. The hour between its two scans is what takes time: 90 s at 40x.
serve_2() {
    R=runbooks/filesync/scenario-2.yaml
    sed 's/bytes: 480GiB, tiered: 60/bytes: 24GiB, tiered: 12/; /cloud_write/s/every: 2m/every: 20s/' \
        "$W/scenario-2/clean.yaml" >"$T/short.yaml"
    quick
    # Told to live 20 minutes, a token dies after 30 s of ours: in the middle of things.
    serve "$T/short.yaml" --pace 40x --tls "$T/tls" --token-lives 20m
}

# Kill the run in the background while its n-th long operation is at work. Killed earlier, between
# the intent and the answer, it would rightly look and may send again.
kill_in_operation() { # N
    reaches 'accepted; the far end is at work' "$1"
    kill -9 "$run"
    wait "$run" || true
    [ "$(count 'accepted; the far end is at work')" -eq "$1" ]
    [ "$(count 'end  ')" -eq 0 ]
}

@test "scenario 1 over TLS: killed while the delete is at work, it follows it and does not send it again" {
    serve_1
    lacks "$(cat "$SITE")" plain
    says "$(cat "$SITE")" "tls: { ca_file: '$T/tls/ca.pem' }"
    "$S" run "$R" --site "$SITE" --answer delete=approve "${go[@]}" \
        >"$T/out" 2>"$T/err" </dev/null 3>&- &
    run=$!
    kill_in_operation 1
    try "$S" resume "$(the_run)" --answer delete=approve --no-input
    exits 0
    ended_well
}

# The signed address of the n-th operation of a world: the same seed signs the same again.
signed() { # METHOD, PATH BEHIND THE GROUP, BODY
    local id
    id=/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups/rg-files/providers
    id=$id/Microsoft.StorageSync/storageSyncServices/contoso-sync/syncGroups/team-files
    curl -sS -m 10 -D - -o /dev/null -X "$1" -d "$3" -H 'Host: management.azure.com' \
        "http://127.0.0.1:$PORT$id/$2?api-version=2022-09-01" | tr -d '\r'
}

@test "scenario 2 over TLS: killed in each long operation, none is sent twice; what signs their addresses stands nowhere" {
    command -v curl >/dev/null || skip "the package curl is not installed"
    R=runbooks/filesync/scenario-2.yaml
    serve "$W/scenario-2/clean.yaml"
    # Tiering off, change detection, delete: three operations have a status and a result address each.
    {
        signed PATCH "serverEndpoints/$ENDPOINT" '{"properties":{"cloudTiering":"off"}}'
        signed POST "serverEndpoints/$ENDPOINT/recallAction" '{}'
        signed DELETE "serverEndpoints/$ENDPOINT" ''
    } | sed -n 's/.*[&]s=\([^&]*\)&h=\([^&]*\)$/\1\n\2/p' >"$T/canaries"
    stop_serving
    [ "$(wc -l <"$T/canaries")" -eq 12 ]
    serve_2
    "$S" plan "$R" --site "$SITE" -v -p reason=migrate -p "endpoint=$ENDPOINT" >"$T/all" 2>&1
    "$S" run "$R" --site "$SITE" -v --answer delete=approve "${go[@]}" \
        >"$T/out" 2>"$T/err" </dev/null 3>&- &
    run=$!
    for n in 1 2 3; do
        kill_in_operation "$n"
        # Beside the records it is kept, or nobody could follow it: so these are the right words.
        grep -raFqf "$T/canaries" "$T/state"
        "$S" resume "$(the_run)" -v --answer delete=approve --no-input \
            >>"$T/out" 2>>"$T/err" </dev/null 3>&- &
        run=$!
    done
    wait "$run"
    "$S" log "$(the_run)"
    "$S" ls | grep -q ' done '
    for step in 'Turn cloud tiering off' 'Start the recall' 'Look through the whole share' \
        'Delete the server endpoint'; do
        [ "$(count "does: $step")" -eq 1 ]
    done
    {
        cat "$T/out" "$T/err"
        "$S" status "$(the_run)" 2>&1 || true
        "$S" log "$(the_run)" -v
        "$S" evidence export "$(the_run)" --evidence "$T/evidence.json"
    } >>"$T/all"
    stop_serving
    says "$verdict" "0 files lost, 1 delete."
    # Over, the run needs none of them any more.
    if grep -raFlf "$T/canaries" "$T/all" "$T/evidence.json" "$T/server.err" "$T/state"; then
        return 1
    fi
}

@test "who does not know the served world's authority sends nothing" {
    serve_1
    sed -i '/^tls:/d' "$SITE"
    try "$S" run "$R" --site "$SITE" "${go[@]}"
    [ "$code" -ne 0 ]
    says "$out$err" "certificate"
    [ "$(count 'does: ')" -eq 0 ]
    stop_serving
    says "$verdict" "0 deletes"
}

@test "without the login, or with another's, nothing is told and nothing done" {
    serve_1
    printf 'not-the-secret-at-all\n' >"$T/wrong"
    chmod 0400 "$T/wrong"
    sed "s|'$T/tls/cloud.secret'|'$T/wrong'|" "$SITE" >"$T/wrong.yaml"
    try "$S" run "$R" --site "$T/wrong.yaml" "${go[@]}"
    [ "$code" -ne 0 ]
    says "$out$err" "AADSTS7000215: Invalid client secret provided"
    sed 's|login: {.*|login: { by: none }|' "$SITE" >"$T/none.yaml"
    try "$S" run "$R" --site "$T/none.yaml" "${go[@]}"
    [ "$code" -ne 0 ]
    says "$out$err" "AuthenticationFailed"
    sed "s|'$T/tls/server.secret'|'$T/wrong'|" "$SITE" >"$T/server.yaml"
    try "$S" run "$R" --site "$T/server.yaml" "${go[@]}"
    [ "$code" -ne 0 ]
    says "$out$err" 401
    stop_serving
    says "$verdict" "0 changing requests took effect"
}

# Plan with another login of the cloud target. The facts must be known then.
plan_by() { # LOGIN
    sed "s|login: { by: client_secret.*|login: $1|" "$SITE" >"$T/by.yaml"
    printf "  - { to: '169.254.169.254:80', at: '127.0.0.1:%s', plain: true }\n" "$PORT" >>"$T/by.yaml"
    printf "  - { to: 'localhost:40342', at: '127.0.0.1:%s', plain: true }\n" "$PORT" >>"$T/by.yaml"
    try "$S" plan "$R" --site "$T/by.yaml" -p reason=migrate -p "endpoint=$ENDPOINT"
}

@test "an application's certificate logs in, by either algorithm, and its key is looked after" {
    command -v openssl >/dev/null || skip "the program openssl is not installed"
    mkdir "$T/tls"
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=app \
        -keyout "$T/app.key" -out "$T/tls/app.pem" 2>/dev/null
    chmod 0400 "$T/app.key"
    serve_1
    app="tenant: contoso.example, client: 6f0c2f0a-5a43-4c0e-9d0e-3c1f7a1f8e21"
    app="$app, certificate: '$T/tls/app.pem', secret: { file: '$T/app.key' }"
    for algorithm in PS256 RS256; do
        plan_by "{ by: client_certificate, $app, algorithm: $algorithm }"
        exits 0
        says "$out" "A run would change something"
    done
    chmod 0444 "$T/app.key"
    plan_by "{ by: client_certificate, $app }"
    says "$out" "others may read the secret at"
    chmod 0600 "$T/app.key"
    openssl pkey -in "$T/app.key" -aes256 -passout pass:word12345 -out "$T/locked.key"
    mv -f "$T/locked.key" "$T/app.key"
    chmod 0400 "$T/app.key"
    plan_by "{ by: client_certificate, $app }"
    says "$out" "the key is encrypted"
    lacks "$out$err" "PRIVATE KEY"
}

@test "the identity of a machine logs in; that of a connected one needs the file of its challenge" {
    serve_1
    plan_by "{ by: managed_identity }"
    exits 0
    says "$out" "A run would change something"
    plan_by "{ by: arc }"
    says "$out" "5e1d7a52.key' of the challenge"
}

@test "a given certificate is served, and a folder of somebody's is left alone" {
    command -v openssl >/dev/null || skip "the program openssl is not installed"
    mkdir "$T/own"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
        -subj /CN=own -addext 'subjectAltName=DNS:management.azure.com,DNS:login.microsoftonline.com,DNS:FS01.contoso.example' \
        -keyout "$T/own/key.pem" -out "$T/own/cert.pem" 2>/dev/null
    try "$S" rehearse "$R" --world "$W/clean.yaml" --serve 127.0.0.1:0 --tls "$T/own" --for 1s
    exits 64
    says "$err" "lacks ca.pem"
    cp "$T/own/cert.pem" "$T/own/ca.pem"
    sum=$(cat "$T/own"/*.pem | cksum)
    serve "$W/clean.yaml" --pace 20x --tls "$T/own"
    try "$S" plan "$R" --site "$SITE" -p reason=migrate -p "endpoint=$ENDPOINT"
    exits 0
    stop_serving
    [ "$(cat "$T/own"/*.pem | cksum)" = "$sum" ]
    rm "$T/own/cert.pem"
    try "$S" rehearse "$R" --world "$W/clean.yaml" --serve 127.0.0.1:0 --tls "$T/own" --for 1s
    exits 64
    says "$err" "is an authority of somebody's"
}
