#!/usr/bin/env bats
# Runbooks that call others: findings in them, calls that are skipped, runs that outlive their files.
load support

E=examples/12-decommission-server

# A caller in $T with a role beside it. $1: the role's steps, $2: more keys of the call.
write_two() {
    mkdir -p "$T/two"
    cat >"$T/two/role.yaml" <<ROLE
stepwise: 1
name: test/role
version: 1.0.0
title: A role
targets: { cloud: { kind: azure.sync_group } }
steps:
$1
ROLE
    cat >"$T/two/middle.yaml" <<'MIDDLE'
stepwise: 1
name: test/middle
version: 1.0.0
title: Between the two
targets: { cloud: { kind: azure.sync_group } }
steps:
  - { id: deeper, call: ./role.yaml, targets: { cloud: cloud } }
  - { id: done, title: Through, end: done }
MIDDLE
    cat >"$T/two/caller.yaml" <<CALLER
stepwise: 1
name: test/caller
version: 1.0.0
title: It calls
params:
  wanted: { type: bool, default: true }
targets: { cloud: { kind: azure.sync_group } }
steps:
  - { id: first, call: ./middle.yaml, targets: { cloud: cloud }$2 }
  - { id: done, title: At the end, end: done }
CALLER
}

@test "a finding in what is called two calls below stands at its own place, with the calls that led there" {
    write_two '  - { id: look, read: azure.sync_grup, target: cloud }
  - { id: fine, title: Fine, end: done }' ''
    try "$S" lint "$T/two/caller.yaml"
    exits 65
    says "$out" 'role.yaml:7:23: error[SW0350]'
    says "$out" 'middle.yaml:7:25: called here, from `test/middle`'
    says "$out" 'caller.yaml:9:24: called here, from `test/caller`'
}

@test "a call whose condition does not hold is skipped, and nothing of it runs" {
    write_two '  - { id: look, read: azure.sync_group, target: cloud }
  - { id: fine, title: Fine, end: done }' ', when: params.wanted'
    try "$S" rehearse "$T/two/caller.yaml" --world $E/world.yaml --evidence "$T/e.json"
    exits 0
    says "$out" 'first/deeper/look'
    try "$S" rehearse "$T/two/caller.yaml" --world $E/world.yaml --evidence "$T/e.json" -p wanted=false
    exits 0
    says "$out" 'skipped'
    says "$out" 'done: At the end'
    lacks "$out" 'first/deeper/look'
}

# Runbooks $T/0.yaml to $T/$1.yaml, each calling the next.
write_chain() {
    local n

    for n in $(seq 0 "$1"); do
        cat >"$T/$n.yaml" <<LINK
stepwise: 1
name: test/link-$n
version: 1.0.0
title: Link $n
targets: { cloud: { kind: azure.sync_group } }
steps:
LINK
        if [ "$n" -lt "$1" ]; then
            echo "  - { id: next, call: ./$((n + 1)).yaml, targets: { cloud: cloud } }" >>"$T/$n.yaml"
        fi
        echo "  - { id: done, title: Through, end: done }" >>"$T/$n.yaml"
    done
}

@test "calls go eight deep, and no deeper" {
    write_chain 8
    try "$S" lint "$T/0.yaml"
    exits 0
    write_chain 9
    try "$S" lint "$T/0.yaml"
    exits 65
    says "$out" '8.yaml:7:23: error[SW0422]: calls go at most 8 deep; this would be one more'
}

# What cannot be proven alone cannot be run alone; but a library of roles is no heap of errors.
@test "a role that works on its caller's subject passes lint, and run refuses it with words" {
    cat >"$T/role.yaml" <<'ROLE'
stepwise: 1
name: roles/cut-access
version: 1.0.0
title: Remove user access
targets: { server: { kind: windows.server } }
steps:
  - { id: cut, title: Remove it, do: filesync.block_access, target: server }
  - { id: done, title: Nobody gets in, end: done }
ROLE
    try "$S" lint "$T/role.yaml"
    exits 0
    says "$out" 'a role: it works on the subject of the runbook that calls it'
    try "$S" rehearse "$T/role.yaml" --world $E/world.yaml --evidence "$T/e.json"
    exits 65
    says "$out$err" 'error[SW0507]'
    says "$out$err" 'so this is a role: it runs only where another calls it'
    sed -i 's/, end: done/, end: dun/' "$T/role.yaml"
    try "$S" lint "$T/role.yaml"
    exits 65
}

# The run's own files are read from the journal: somebody may tidy up meanwhile.
@test "killed again and again with its files gone from disk, a run of several files comes to its end" {
    mkdir -p "$T/lib"
    cp -r runbooks "$T/lib/runbooks"
    cp $E/runbook.yaml $E/retire.yaml $E/world.yaml "$T/lib/"
    local go=(--pace 20000x --no-input --answer retire_team/delete=approve
        --answer retire_projects/delete=approve --answer retire_archive/delete=approve)

    "$S" run "$T/lib/runbook.yaml" --rehearse "$T/lib/world.yaml" "${go[@]}" >>"$T/o" 2>&1 </dev/null &
    local pid=$!
    for _ in $(seq 1 200); do
        if "$S" ls 2>/dev/null | grep -q decommission; then
            break
        fi
        sleep 0.02
    done
    kill -9 "$pid" || true
    wait "$pid" || true
    rm -r "$T/lib/runbooks" "$T/lib/runbook.yaml" "$T/lib/retire.yaml"
    ID=$("$S" ls | sed -n 's/^\([^ ]*decommission[^ ]*\) .*/\1/p')
    [ -n "$ID" ]
    for i in 1 2 3 4 5; do
        "$S" resume "$ID" "${go[@]}" >>"$T/o" 2>&1 </dev/null &
        pid=$!
        sleep "0.$i"
        kill -9 "$pid" 2>/dev/null || true
        wait "$pid" || true
    done
    if ! "$S" ls | grep -q ' done '; then
        go[1]=1000000x
        try "$S" resume "$ID" "${go[@]}"
        exits 0
    fi
    "$S" ls | grep ' done '
    [ "$("$S" log "$ID" | grep -c 'end  .*done: The three endpoints are gone')" -eq 1 ]
    for call in retire_team retire_projects retire_archive; do
        [ "$("$S" log "$ID" | grep -c " $call  *returns 'ok'")" -eq 1 ]
    done
}
