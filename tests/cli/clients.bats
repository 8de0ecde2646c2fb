#!/usr/bin/env bats
# The served model world, taken for the real hosts by clients of other makers, unmodified: they are
# told of it as a proxy and of its authority.
load support
load serve

clients() {
    for module in "$@"; do
        /usr/bin/python3 -c "import $module" 2>/dev/null || skip "no Python module $module"
    done
    serve "$W/clean.yaml" --pace 2000x --tls "$T/tls" ${LIVES:+--token-lives "$LIVES"}
    export https_proxy=http://127.0.0.1:$PORT REQUESTS_CA_BUNDLE=$T/tls/ca.pem
}

@test "msal gets a token for an application's secret, and the words of a refusal" {
    clients msal
    try /usr/bin/python3 tests/cli/azure-clients.py msal-secret "$T/tls/cloud.secret"
    exits 0
}

@test "msal gets a token for an application's certificate, and none for another's" {
    command -v openssl >/dev/null || skip "the program openssl is not installed"
    mkdir "$T/tls"
    for name in app other; do
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=$name \
            -keyout "$T/$name.key" -out "$T/$name.pem" 2>/dev/null
    done
    cp "$T/app.pem" "$T/tls/app.pem"
    clients msal
    print=$(openssl x509 -in "$T/app.pem" -noout -fingerprint -sha1 | sed 's/.*=//; s/://g')
    try /usr/bin/python3 tests/cli/azure-clients.py msal-certificate "$T/app.key" "$print" "$T/other.key"
    exits 0
}

@test "azure-mgmt-storagesync lists, gets, updates, recalls, detects changes, deletes, and polls" {
    LIVES=24d # of the world, at that pace: an hour would be over in 1.8 s
    clients azure.mgmt.storagesync azure.identity
    try /usr/bin/python3 tests/cli/azure-clients.py storagesync "$T/tls/cloud.secret" "$ENDPOINT"
    exits 0
    stop_serving
    says "$verdict" "1 delete."
}

@test "a host that is not of the model hangs up behind the tunnel" {
    command -v curl >/dev/null || skip "the package curl is not installed"
    serve "$W/clean.yaml" --tls "$T/tls"
    try curl -sS -m 10 --cacert "$T/tls/ca.pem" -x "http://127.0.0.1:$PORT" https://localhost/
    [ "$code" -ne 0 ]
    says "$(cat "$T/server.err")" "no answer to GET /"
}

@test "the identities of machines get tokens as their services give them" {
    command -v curl >/dev/null || skip "the package curl is not installed"
    serve "$W/clean.yaml" --tls "$T/tls"
    ask() { curl -sS -m 10 -x "http://127.0.0.1:$PORT" --noproxy '' "$@"; }
    imds='http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com%2F'
    arc='http://localhost:40342/metadata/identity/oauth2/token?api-version=2020-06-01&resource=https%3A%2F%2Fmanagement.azure.com%2F'
    app='http://localhost:41342/MSI/token/?api-version=2019-08-01&resource=https%3A%2F%2Fmanagement.azure.com%2F'
    secret=$(cat "$T/tls/cloud.secret")
    says "$(ask "$imds")" "Required metadata header"
    says "$(ask -H 'Metadata: true' "$imds")" '"expires_in":"3600"'
    says "$(ask -i -H 'Metadata: true' "$arc")" "WWW-Authenticate: Basic realm=/var/opt/azcmagent/tokens/"
    says "$(ask -H 'Metadata: true' -H "Authorization: Basic $secret" "$arc")" '"access_token"'
    says "$(ask -H "X-IDENTITY-HEADER: $secret" "$app")" '"access_token"'
    says "$(ask "$app")" "identity header is missing"
}

@test "the resource manager's door tells a missing, a made up and a foreign token apart" {
    command -v curl >/dev/null || skip "the package curl is not installed"
    serve "$W/clean.yaml" --tls "$T/tls"
    ask() { curl -sS -m 10 --cacert "$T/tls/ca.pem" -x "http://127.0.0.1:$PORT" "$@"; }
    token() { # SCOPE
        ask https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token \
            -d client_id=6f0c2f0a-5a43-4c0e-9d0e-3c1f7a1f8e21 -d grant_type=client_credentials \
            --data-urlencode "client_secret@$T/tls/cloud.secret" --data-urlencode "scope=$1" |
            sed 's/.*"access_token":"\([^"]*\)".*/\1/'
    }
    url='https://management.azure.com/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups/rg-files/providers/Microsoft.StorageSync/storageSyncServices/contoso-sync?api-version=2022-09-01'
    says "$(ask "$url")" "The 'Authorization' header is missing."
    says "$(ask -H 'Authorization: Bearer e30.e30.x' "$url")" InvalidAuthenticationToken
    foreign=$(token https://graph.microsoft.com/.default)
    says "$(ask -H "Authorization: Bearer $foreign" "$url")" InvalidAuthenticationTokenAudience
    good=$(token https://management.azure.com/.default)
    says "$(ask -H "Authorization: Bearer $good" "$url")" storageSyncServiceUid
}
