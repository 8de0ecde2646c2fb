#!/usr/bin/env bats
# A variant runs like any other runbook, and its findings stand in the file that is wrong.
load support

variant() {
    cat >"$T/$1.yaml" <<END
stepwise: 1
name: test/$1
version: 1.0.0
extends: { runbook: filesync/scenario-1 }
change:
$2
END
}

@test "a variant is checked, rehearsed and proven like its base" {
    variant two "  - { before: cut_access, insert: [ { id: announce, hook: announce, optional: true } ] }"
    try "$S" lint --library runbooks "$T/two.yaml"
    exits 0
    try "$S" rehearse --library runbooks "$T/two.yaml" --world "$W/clean.yaml" -p reason=migrate \
        --answer delete=approve --evidence "$T/e.json"
    exits 0
    says "$out" "announce"
    says "$out" "0 files lost"
    try "$S" evidence verify "$T/e.json"
    exits 0
}

@test "a variant that drops what the delete needs does not load, and the change is what is wrong" {
    variant less "  - { remove: cut_access, weaken: nobody works at night }"
    try "$S" lint --library runbooks "$T/less.yaml"
    exits 65
    says "$out" "$T/less.yaml:6:15: error[SW0501]"
    says "$out" "filesync.access_removed"
    says "$out" "no \`weaken\` allows this"
    says "$out" "scenario-1.yaml:"
}

@test "an error in the base is shown there, with who extends it" {
    mkdir "$T/base"
    sed 's/that: facts.locks.count == 0/that: facts.locks.cuont == 0/' "$R" >"$T/base/broken.yaml"
    variant of "  []"
    sed -i 's#filesync/scenario-1#base/broken.yaml#; s/^  \[\]//; s/^change:$/change: []/' "$T/of.yaml"
    try "$S" lint "$T/of.yaml"
    exits 65
    says "$out" "base/broken.yaml:"
    says "$out" "cuont"
    says "$out" "$T/of.yaml:4:21: \`test/of\` extends it here"
}

@test "a file in the place of the base's optional point runs, and the example of the specification loads" {
    mkdir -p "$T/hooks"
    cp examples/23-hook-dfs-folder-target/hooks/dfs_redirect.lua "$T/hooks/"
    variant redirected "  - step: redirect
    set:
      hook: hooks/dfs_redirect.lua
      with: { folder: '\\\\contoso.example\\files\\team', old: '\\\\FS01\\Team', new: '\\\\FS09\\Team' }
  - { step: delete, set: { edge.approve.people: 2 } }"
    try "$S" lint --strict --library runbooks "$T/redirected.yaml"
    exits 0
    try "$S" rehearse --library runbooks "$T/redirected.yaml" -p reason=migrate --no-input \
        --world examples/23-hook-dfs-folder-target/world.yaml
    exits 3
    says "$out" "Set-DfsnFolderTarget"
    lacks "$out" "binds nothing"
}
