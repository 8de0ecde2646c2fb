#!/usr/bin/env bats
# The role that lets people in again: what it ends, what it shows, and that nothing is deleted on a proof behind it.
load support
load serve

ROLE=runbooks/roles/restore-access.yaml
ROLE_WORLDS=runbooks/roles/worlds

# A variant of scenario 1 with one more step in front of its delete. $1: the step, in one line.
write_variant() {
    cat >"$T/variant.yaml" <<VARIANT
stepwise: 1
name: test/lets-in
version: 1.0.0
title: It lets people in before the delete
extends: { runbook: filesync/scenario-1 }
change:
  - { before: delete, insert: [ $1 ] }
VARIANT
}

# A runbook that shuts people out and goes on with the steps of $1.
write_small() {
    cat >"$T/small.yaml" <<SMALL
stepwise: 1
name: test/small
version: 1.0.0
title: Out and in again
params: { endpoint: { type: string, required: true } }
targets: { cloud: { kind: azure.sync_group }, server: { kind: windows.server } }
facts:
  endpoint: { read: azure.server_endpoint, target: cloud, with: { name: '\${params.endpoint}' } }
  agent: { read: filesync.agent, target: server }
subject: endpoint
steps:
  - { id: cut_access, do: filesync.block_access, target: server }
$1
SMALL
}

@test "a delete behind a step that lets people in does not load" {
    write_variant "{ id: let_in, do: filesync.restore_access, target: server, with: { shares: '' } }"
    try "$S" lint "$T/variant.yaml" --library runbooks
    exits 65
    says "$out" 'error[SW0501]'
    says "$out" 'filesync.access_removed'
    says "$out" 'let_in'
}

@test "nor does a delete behind a call of the role, which has a subject of its own" {
    write_variant "{ id: let_in, call: roles/restore-access, targets: { server: server }, with: { path: '\${facts.endpoint.path}' }, next: { stopped: stop } }"
    try "$S" lint "$T/variant.yaml" --library runbooks
    exits 65
    says "$out" 'error[SW0501]'
    says "$out" 'filesync.access_removed'
}

@test "a role that only looks ends nothing" {
    write_variant "{ id: locks, call: roles/check-locks, targets: { cloud: cloud }, with: { id: '\${facts.endpoint.id}' }, next: { stopped: stop } }"
    try "$S" lint "$T/variant.yaml" --library runbooks
    exits 0
}

@test "in a run it ends the proof that people are out, and rolled back it shuts them out again" {
    write_small "  - { id: let_in, do: filesync.restore_access, target: server, with: { shares: '\${string(steps.cut_access.newly_blocked)}' } }
  - { id: done, title: In, end: done }"
    try "$S" rehearse "$T/small.yaml" --world $W/clean.yaml --evidence "$T/e.json"
    exits 0
    says "$out" 'proven: filesync.access_removed'
    says "$out" 'NO LONGER PROVEN: filesync.access_removed (filesync.restore_access)'
    write_small "  - { id: let_in, do: filesync.restore_access, target: server, with: { shares: Team } }
  - { id: done, title: As it was, end: stopped, rollback: true }"
    try "$S" rehearse "$T/small.yaml" --world $W/clean.yaml --evidence "$T/e.json"
    exits 4
    says "$out" 'let_in           puts back: Put back the entries that this step took away'
    says "$out" 'cut_access       puts back: Give each share that was blocked its saved entries again'
}

@test "the question shows every entry, and the exact change can be read in the plan" {
    try "$S" rehearse $ROLE --world $ROLE_WORLDS/not-ours.yaml --evidence "$T/e.json"
    exits 3
    says "$out" 'Team (D:\Shares\Team): Allow Full BUILTIN\Administrators; Allow Change CONTOSO\Domain Users; Deny Full CONTOSO\Temps; Deny Full Everyone'
    says "$out" 'Board (D:\Shares\Team\Board): Allow Full BUILTIN\Administrators; Allow Change CONTOSO\Domain Users; Deny Full Everyone'
    try "$S" plan $ROLE --world $ROLE_WORLDS/not-ours.yaml -p shares=Team
    exits 0
    says "$out" 'filesync/change-access'
    says "$out" '"remove":[{"account":"Everyone","sid":"S-1-1-0","type":"Deny","right":"Full"}],"add":[]}]}'
}

@test "what a run changed is given back from its evidence alone" {
    write_small "  - { id: done, title: Ended where it stood, end: done }"
    sed -i 's/^steps:/&\n  - { id: read_only, do: filesync.make_read_only, target: server }/' "$T/small.yaml"
    try "$S" rehearse "$T/small.yaml" --world $W/clean.yaml --evidence "$T/e.json"
    exits 0
    # A record's body is JSON in JSON, so a backslash in it is written four times.
    saved=$(sed -n 's/.*\\"saved\\":\\"\([^"]*\)\\".*/\1/p' "$T/e.json" | sed 's/\\\\\\\\/\\/g')
    says "$saved" 'Team: Allow Change CONTOSO\Domain Users [S-1-5-21-'
    says "$saved" 'Harbour: Allow Full BUILTIN\Administrators'
    grep -qF '\"newly_blocked\":[\"Team\",\"Harbour\"]' "$T/e.json"
    try "$S" rehearse $ROLE --world $ROLE_WORLDS/read-only.yaml --evidence "$T/e2.json" -p saved="$saved" -p shares=Harbour
    exits 0
    says "$out" 'People are let in again: Team, Harbour. Still shut: none'
}

@test "saved entries that are not understood are refused before anything is changed" {
    try "$S" rehearse $ROLE --world $ROLE_WORLDS/shut.yaml --evidence "$T/e.json" -p shares=Team -p saved='Team=Everyone'
    exits 3
    says "$out" "the saved entry 'Team=Everyone' is not understood"
    says "$out" '0 changing requests took effect'
}

@test "a folder that the server does not have is told before anything else" {
    try "$S" rehearse $ROLE --world $ROLE_WORLDS/shut.yaml --evidence "$T/e.json" -p path='D:\Elsewhere'
    says "$out$err" 'there is no folder D:\Elsewhere on server FS01'
    says "$out" '0 changing requests took effect'
}

@test "over real sockets it runs with a site file, asks, and opens what it was told to" {
    # shellcheck disable=SC2034 # serve.bash serves this one
    R=$ROLE
    serve $ROLE_WORLDS/shut.yaml --pace "$PACE"
    try "$S" run $ROLE --site "$SITE" -p 'path=D:\Shares\Team' --no-input
    exits 3
    says "$out" 'Did a run of ours shut Team, Harbour?'
    ID=$("$S" ls | sed -n 's/^\(restore-access[^ ]*\) .*/\1/p')
    try "$S" decide "$ID" ask open
    exits 0
    try "$S" resume "$ID"
    exits 0
    says "$out" 'People are let in again: Team, Harbour. Still shut: none'
    try "$S" run $ROLE --site "$SITE" -p 'path=D:\Shares\Team' --no-input
    exits 0
    says "$out" 'No share denies everyone'
    stop_serving
    says "$verdict" '1 changing request took effect'
}
