#!/usr/bin/env bats
# The model world on real sockets, asked by programs that are not ours.
load support
load serve

@test "pywinrm goes through a whole shell of the served server" {
    /usr/bin/python3 -c 'import winrm' 2>/dev/null ||
        skip "the package python3-winrm is not installed"
    serve "$W/clean.yaml" --pace 600x
    try /usr/bin/python3 tests/cli/winrm-client.py \
        "http://127.0.0.1:$PORT/-/FS01.contoso.example/wsman"
    exits 0
    says "$out" "exit code 1"
    stop_serving
}

@test "curl reads a resource of the served service and gets its errors as the service writes them" {
    command -v curl >/dev/null || skip "the package curl is not installed"
    serve "$W/clean.yaml"
    group=/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups/rg-files
    group=$group/providers/Microsoft.StorageSync/storageSyncServices/contoso-sync/syncGroups
    try curl -sS -m 10 -H 'Host: management.azure.com' \
        "http://127.0.0.1:$PORT$group/team-files?api-version=2022-09-01"
    exits 0
    says "$out" '"name":"team-files"'
    try curl -sS -m 10 "http://127.0.0.1:$PORT/-/management.azure.com$group/none?api-version=2022-09-01"
    says "$out" ResourceNotFound
    stop_serving
    says "$verdict" "0 files lost"
}

@test "a delete through curl is followed at addresses that lead back to the served world" {
    command -v curl >/dev/null || skip "the package curl is not installed"
    serve "$W/clean.yaml" --pace 600x
    base=http://127.0.0.1:$PORT/-/management.azure.com
    group=$(sed -n "s/.*sync_group: '\(.*\)'/\1/p" "$SITE")
    id=/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups/rg-files
    id=$id/providers/Microsoft.StorageSync/storageSyncServices/contoso-sync/syncGroups/$group
    try curl -sS -m 10 -D "$T/head" -X DELETE \
        "$base$id/serverEndpoints/$ENDPOINT?api-version=2022-09-01"
    says "$(cat "$T/head")" "HTTP/1.1 202"
    url=$(sed -n 's/^Azure-AsyncOperation: \(.*\)\r$/\1/p' "$T/head")
    says "$url" "http://127.0.0.1:$PORT/-/management.azure.com/"
    [ "${#url}" -gt 3000 ]
    try curl -sS -m 10 "$url"
    says "$out" '"status"'
    stop_serving
}

@test "only an address of this machine is served at" {
    try "$S" rehearse "$R" --world "$W/clean.yaml" --serve 0.0.0.0:0 --for 1s
    exits 64
    says "$err" "only 127.0.0.1 and ::1"
    try "$S" rehearse "$R" --world "$W/clean.yaml" --serve here
    exits 64
    says "$err" "--serve takes 127.0.0.1:PORT"
}

@test "serving ends by itself" {
    try "$S" rehearse "$R" --world "$W/clean.yaml" --serve 127.0.0.1:0 --for 200ms
    exits 0
    says "$err" "Verdict of the model world"
}
