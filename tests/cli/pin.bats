#!/usr/bin/env bats
# What a team tried is what it runs: a base, a callee or a hook that moved is an error until someone pins again.
load support

prepare() {
    mkdir -p "$T/lib/filesync"
    cp "$R" "$T/lib/filesync/"
    sed -n '/call:/p' "$R" | grep -q . && cp -r runbooks/. "$T/lib/" || true
    cat >"$T/v.yaml" <<END
stepwise: 1
name: test/v
version: 1.0.0
extends:
  runbook: filesync/scenario-1 # the vendor's
END
    P=(--library "$T/lib")
}

@test "pin writes version and digest, keeps comments, and --check agrees" {
    prepare
    try "$S" pin --check "${P[@]}" "$T/v.yaml"
    exits 1
    says "$out" "does not pin its base"
    says "$out" "stepwise.lock: is missing"
    try "$S" pin "${P[@]}" "$T/v.yaml"
    exits 0
    grep -q '# the vendor.s$' "$T/v.yaml"
    digest=$(sha256sum "$T/lib/filesync/scenario-1.yaml" | cut -d' ' -f1)
    grep -q "digest: 'sha256:$digest'" "$T/v.yaml"
    grep -q "digest: 'sha256:$digest'" "$T/stepwise.lock"
    cp "$T/v.yaml" "$T/once.yaml"
    try "$S" pin --check "${P[@]}" "$T/v.yaml"
    exits 0
    try "$S" pin "${P[@]}" "$T/v.yaml"
    exits 0
    cmp "$T/v.yaml" "$T/once.yaml"
}

@test "a base that moved is an error with both digests, until it is pinned again" {
    prepare
    try "$S" pin "${P[@]}" "$T/v.yaml"
    exits 0
    echo "# moved" >>"$T/lib/filesync/scenario-1.yaml"
    try "$S" lint "${P[@]}" "$T/v.yaml"
    exits 65
    says "$out" "SW0605"
    says "$out" "SW0614"
    says "$out" "stepwise pin"
    try "$S" plan "${P[@]}" "$T/v.yaml" --world "$W/clean.yaml" -p reason=migrate
    exits 65
    try "$S" pin --check "${P[@]}" "$T/v.yaml"
    exits 1
    try "$S" pin "${P[@]}" "$T/v.yaml"
    exits 0
    try "$S" lint "${P[@]}" "$T/v.yaml"
    exits 0
}

@test "one lock speaks for every runbook of its folder" {
    prepare
    sed 's#test/v#test/w#' "$T/v.yaml" >"$T/w.yaml"
    try "$S" pin "${P[@]}" "$T/v.yaml" "$T/w.yaml"
    exits 0
    grep -q "'v.yaml':" "$T/stepwise.lock"
    grep -q "'w.yaml':" "$T/stepwise.lock"
    try "$S" pin --check "${P[@]}" "$T/w.yaml" "$T/v.yaml"
    exits 0
    sed -i "s/^tool: .*/tool: '0.0.1'/" "$T/stepwise.lock"
    try "$S" lint "${P[@]}" "$T/w.yaml"
    exits 0
    says "$out" "SW0615"
    echo "not: a lock" >"$T/stepwise.lock"
    try "$S" lint "${P[@]}" "$T/w.yaml"
    exits 65
    says "$out" "no lock of stepwise"
    try "$S" pin "${P[@]}" "$T/w.yaml"
    [ "$code" -ne 0 ]
    says "$err" "take it away first"
}

@test "nothing is pinned that does not load" {
    prepare
    printf 'change:\n  - { remove: cut_access, weaken: x }\n' >>"$T/v.yaml"
    cp "$T/v.yaml" "$T/before.yaml"
    try "$S" pin "${P[@]}" "$T/v.yaml"
    exits 65
    says "$err" "SW0501"
    cmp "$T/v.yaml" "$T/before.yaml"
    [ ! -e "$T/stepwise.lock" ]
}

@test "the resolved runbook loads, and its plan is that of the variant" {
    prepare
    printf 'change:\n  - { step: delete, set: { edge.approve.good_for: 8h }, weaken: far away }\n' >>"$T/v.yaml"
    "$S" show --resolved "${P[@]}" "$T/v.yaml" >"$T/lib/resolved.yaml"
    try "$S" lint "${P[@]}" "$T/lib/resolved.yaml"
    exits 0
    lacks "$out" "warning"
    try "$S" show -o json "${P[@]}" "$T/v.yaml"
    exits 0
    is_json "$T/out" origins
    try "$S" plan "${P[@]}" "$T/v.yaml" --world "$W/clean.yaml" -p reason=migrate
    exits 0
    says "$out" "asks for less than its base"
    says "$out" "because: far away"
    says "$out" "Extends filesync/scenario-1 1.0.0"
}
