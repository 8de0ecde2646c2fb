#!/usr/bin/env bats
# What a site file demands of every run: parameters that are set, actions that must be done first.
load support
load serve

go=(-p reason=migrate -p "endpoint=5f0c9a52-1d0b-4a53-9d53-4f5c6f0f7a10")

demand() {
    cat >>"$SITE" <<SITE
policy:
  params: { $1 }
  before:
    - { action: azure.delete_server_endpoint, need: [filesync.compare_manifests],
        outcomes: [same, left_out] }
SITE
}

@test "a runbook that can delete without what the policy demands is refused before anything is asked" {
    serve "$W/clean.yaml" --pace 600x
    demand
    line=$(grep -n 'action: azure' "$SITE" | cut -d: -f1)
    stop_serving # nothing is there to be asked
    for verb in plan run; do
        try "$S" "$verb" "$R" --site "$SITE" "${go[@]}"
        exits 4
        says "$err" "$SITE:$line:7: the policy demands filesync.compare_manifests (same, left_out) before azure.delete_server_endpoint"
        says "$err" "how > leftovers > insure > delete"
        try "$S" "$verb" "${R%/*}/delete-accepting-loss.yaml" --site "$SITE" "${go[@]}"
        exits 4
    done
}

@test "a parameter that the policy sets is set in each run, and can't be set otherwise" {
    sed 's/vss_takes: 3h30m/vss_takes: 8m/' "$W/clean.yaml" >"$T/short.yaml"
    serve "$T/short.yaml" --pace 600x
    demand "require_manifest: true"
    try "$S" plan "$R" --site "$SITE" "${go[@]}" -p require_manifest=false
    exits 4
    says "$err" "sets require_manifest to true in every run; leave out -p require_manifest"
    try "$S" run "$R" --site "$SITE" --no-input "${go[@]}" --answer delete=approve
    exits 0
    says "$out" "Compare all files of the server with all files of the share"
    stop_serving
    says "$verdict" "0 files lost"
}

@test "a run goes on with another site file only when it holds to that one's policy" {
    serve "$W/clean.yaml" --pace 600x
    cp "$SITE" "$T/strict.yaml"
    try "$S" run "$R" --site "$SITE" --no-input "${go[@]}"
    exits 3
    run=$("$S" ls | sed -n 's/^\(scenario-1-[^ ]*\) .*/\1/p')
    SITE=$T/strict.yaml demand "require_manifest: true"
    try "$S" resume "$run" --site "$T/strict.yaml" --no-input
    exits 4
    says "$err" "sets require_manifest to true in every run"
    try "$S" resume "$run" --no-input --answer delete=approve
    exits 0
    stop_serving
}

@test "a policy about an action that can be undone is refused where it stands" {
    cat >"$T/s.yaml" <<'Y'
site: 1
targets:
  server: { kind: windows.server, settings: { host: fs01.contoso.example }, login: { by: negotiate } }
policy:
  before: [ { action: filesync.block_access, need: [filesync.agent] } ]
Y
    try "$S" lint "$T/s.yaml"
    exits 65
    says "$err$out" "s.yaml:5:23"
    says "$err$out" "filesync.block_access can be undone"
}
