#!/usr/bin/env bats
# doctor against the served model world: what is there, what is missing, and nothing changed.
load support
load serve
load sshd

teardown() {
    stop_sshd
    if [ -n "${SERVER:-}" ]; then
        kill -9 "$SERVER" 2>/dev/null || true
        wait "$SERVER" 2>/dev/null || true
    fi
}

# The line of one check.
check() { # STATE TARGET NAME WORDS
    if ! grep -qE "^$1 +$2 +$3 .*$4" "$T/out"; then
        printf 'missing: %s\nin:\n%s\n%s\n' "$*" "$out" "$err"
        return 1
    fi
}

@test "a site that works is found to work, and nothing was changed by looking" {
    serve "$W/clean.yaml" --pace 20x
    printf 'approvers: { storage_admins: [ada], data_owner: [bob] }\n' >>"$SITE"
    try "$S" doctor --site "$SITE" "$R"
    exits 0
    check ok site state "can be written"
    check ok site approvers "storage_admins: 1 named"
    check ok cloud reach "takes connections"
    check ok cloud sync_group "may read"
    check ok cloud locks "no lock"
    check ok server agent "its service runs"
    check ok server module "tells when sessions began"
    says "$out" "0 things missing, 0 warnings. Nothing was changed."
    stop_serving
    says "$verdict" "0 changing requests took effect"
}

@test "what is missing is said with what to do" {
    serve "$W/clean.yaml" --pace 20x
    sed -i "s/sync_group: .*/sync_group: another/" "$SITE"
    printf 'approvers: { owners: [ada] }\n' >>"$SITE"
    try "$S" doctor --site "$SITE" "$R"
    exits 1
    check MISSING cloud sync_group "Compare subscription, resource_group"
    check MISSING site approvers "Add approvers: [{] storage_admins"
    check ok server agent "runs"
    [ "$(grep -c storage_admins "$T/out")" -eq 1 ]
}

@test "an agent that is too old is a warning, not an obstacle" {
    serve "$W/no-status-cmdlet.yaml" --pace 20x
    try "$S" doctor --site "$SITE"
    exits 0
    check warning server module "no Get-StorageSyncStatus"
    check warning site approvers "none are named"
}

@test "a lock that forbids changes is named with its place" {
    serve "$W/scenario-2/read-only-lock.yaml" --pace 20x
    try "$S" doctor --site "$SITE"
    exits 1
    check MISSING cloud locks "forbids changes; the first is .*ReadOnly.* on /subscriptions/"
}

@test "nobody there: the rest of that target is not asked" {
    serve "$W/clean.yaml" --pace 20x
    stop_serving
    try "$S" doctor --site "$SITE"
    exits 1
    check MISSING cloud reach "Connection refused"
    check MISSING server reach "does its service listen"
    lacks "$out" "agent"
}

@test "a certificate that nobody knows is told from one for another name" {
    serve "$W/clean.yaml" --pace 20x --tls "$T/tls"
    try "$S" doctor --site "$SITE"
    exits 0
    check ok cloud tls "by an authority that is known"
    cp "$SITE" "$T/other.yaml"
    openssl req -x509 -newkey rsa:2048 -nodes -keyout "$T/k.pem" -out "$T/ca.pem" -days 2 \
        -subj /CN=nobody 2>/dev/null
    sed -i "s|ca_file: .*|ca_file: '$T/ca.pem' }|" "$T/other.yaml"
    try "$S" doctor --site "$T/other.yaml"
    exits 1
    check MISSING cloud tls "ca_file"
    check MISSING server tls "ca_file"
    lacks "$out" "sync_group"
}

@test "a secret that others may read, and one that is not there, are named" {
    serve "$W/clean.yaml" --pace 20x
    printf 'canary-canary\n' >"$T/secret"
    chmod 644 "$T/secret"
    sed -i "0,/login: { by: none }/s||login: { by: token, secret: { file: '$T/secret' } }|" "$SITE"
    sed -i "s|login: { by: none }|login: { by: basic, user: a, secret: { env: NOT_SET } }|" "$SITE"
    try "$S" doctor --site "$SITE"
    exits 1
    check MISSING cloud secret "others may read .* make it 0400"
    check MISSING server secret "NOT_SET is not set"
    lacks "$out$err" canary
}

@test "over SSH it says what the client said" {
    [ -x /usr/sbin/sshd ] || skip "the package openssh-server is not installed"
    serve "$W/clean.yaml" --pace 20x
    start_sshd
    stand_in
    site_over_ssh
    try "$S" doctor --site "$SITE"
    exits 0
    check ok server agent "its service runs"
    : >"$T/known_hosts"
    try "$S" doctor --site "$SITE"
    exits 1
    check MISSING server agent "not in known_hosts"
    lacks "$out" "registration"
}

@test "the same for machines, and a state folder that cannot be" {
    serve "$W/clean.yaml" --pace 20x
    printf x >"$T/file"
    try "$S" doctor --site "$SITE" --state "$T/file" -o json
    exits 1
    is_json "$T/out" schema_version
    says "$out" '"missing": 1'
    says "$out" '"state": "missing"'
    try "$S" doctor
    exits 64
    says "$err" "--site"
}

@test "a certificate that ends soon is a warning, theirs and ours" {
    command -v openssl >/dev/null || skip "the program openssl is not installed"
    for days in 5 90; do
        mkdir "$T/$days"
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days "$days" \
            -subj /CN=own -addext 'subjectAltName=DNS:management.azure.com,DNS:login.microsoftonline.com,DNS:FS01.contoso.example' \
            -keyout "$T/$days/key.pem" -out "$T/$days/cert.pem" 2>/dev/null
        cp "$T/$days/cert.pem" "$T/$days/ca.pem"
    done
    serve "$W/clean.yaml" --pace 20x --tls "$T/5"
    try "$S" doctor --site "$SITE"
    exits 0
    check warning cloud tls "its certificate ends at 2.*, in [45] day"
    check warning server tls "its certificate ends at"
    stop_serving
    serve "$W/clean.yaml" --pace 20x --tls "$T/90"
    try "$S" doctor --site "$SITE"
    check ok cloud tls "by an authority that is known"
    lacks "$out" "ends at"
    printf 'canary-canary\n' >"$T/key"
    chmod 400 "$T/key"
    sed -i "0,/ login: .*/s|| login: { by: client_certificate, tenant: t.example, client: 6f0c2f0a-5a43-4c0e-9d0e-3c1f7a1f8e21, certificate: '$T/5/cert.pem', secret: { file: '$T/key' } }|" "$SITE"
    try "$S" doctor --site "$SITE"
    check warning cloud tls "logged in to with ends at"
}

@test "hooks and their secrets: what is there, what others may write, and points without any" {
    serve "$W/clean.yaml" --pace 20x
    try "$S" doctor --site "$SITE" "$R"
    exits 0
    check ok site hooks "step 'redirect' has the point 'redirect_users', and nothing is bound"
    cp examples/21-hook-chat-webhook/hooks/chat.lua "$T/announce.lua"
    chmod 666 "$T/announce.lua"
    printf 'hooks: { announce: announce.lua, gone: gone.lua }\nsecrets: { chat: { env: NOT_SET } }\n' >>"$SITE"
    try "$S" doctor --site "$SITE"
    exits 1
    check MISSING site hooks "announce.lua' may be written by others .*chmod go-w"
    check MISSING site hooks "gone.lua': No such file"
    check MISSING site secrets "chat: .*NOT_SET is not set"
    try "$S" plan "$R" --site "$SITE" -p reason=migrate -p "endpoint=$ENDPOINT"
    [ "$code" -ne 0 ]
    says "$err" "may be written by others"
}
