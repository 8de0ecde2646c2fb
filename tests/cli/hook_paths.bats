#!/usr/bin/env bats
# Hooks on the ways that other verbs take: through the point of no return, and in a called runbook.
load support

@test "what a hook cannot undo goes through the point of no return, and only with an approval" {
    mkdir -p "$T/hooks"
    cat >"$T/hooks/shred.lua" <<'LUA'
local url = 'https://archive.contoso.example/records/7'
return {
  about = 'Shred the record',
  effect = 'irreversible',
  grants = { http = { 'GET https://archive.contoso.example/*', 'DELETE https://archive.contoso.example/*' } },
  check = function(ctx) return ctx.http.get(url).status == 404 end,
  apply = function(ctx) ctx.http.delete(url) end,
}
LUA
    cat >"$T/shred.yaml" <<'YAML'
stepwise: 1
name: test/shred
version: 1.0.0
steps:
  - { id: shred, title: Shred the record, hook: hooks/shred.lua, edge: { approve: { people: 1, good_for: 4h } } }
  - { id: done, end: done }
YAML
    cat >"$T/archive.yaml" <<'YAML'
world: filesync
web:
  - { on: 'GET https://archive.contoso.example/records/7', body: '{}' }
  - { on: 'GET https://archive.contoso.example/records/7', after: 'DELETE *', status: 404 }
  - { on: 'DELETE https://archive.contoso.example/records/7', status: 204 }
YAML
    try "$S" rehearse "$T/shred.yaml" --world "$T/archive.yaml" --no-input --evidence "$T/e.json"
    exits 3
    lacks "$out" "does: DELETE"
    try "$S" rehearse "$T/shred.yaml" --world "$T/archive.yaml" --no-input --evidence "$T/e.json" \
        --answer shred=approve
    exits 0
    says "$out" "point of no return: everything was read again after the approval"
    [ "$(grep -c 'does: DELETE https://archive.contoso.example/records/7' "$T/out")" -eq 1 ]
    says "$out" "done, and read back"
}

@test "a hook of a called runbook is found beside it, and runs" {
    mkdir -p "$T/called/hooks"
    cat >"$T/called/hooks/look.lua" <<'LUA'
return {
  about = 'Is the record there?',
  effect = 'read',
  grants = { http = { 'GET https://archive.contoso.example/*' } },
  check = function(ctx)
    return ctx.http.get('https://archive.contoso.example/records/7').status == 200
  end,
}
LUA
    printf '%s\n' 'stepwise: 1' 'name: test/look' 'version: 1.0.0' 'steps:' \
        '  - { id: look, hook: hooks/look.lua }' '  - { id: done, end: done }' >"$T/called/look.yaml"
    printf '%s\n' 'stepwise: 1' 'name: test/outer' 'version: 1.0.0' 'steps:' \
        '  - { id: inner, call: called/look.yaml }' '  - { id: done, end: done }' >"$T/outer.yaml"
    for row in 200:0 404:3; do
        printf '%s\n' 'world: filesync' 'web:' \
            "  - { on: 'GET https://archive.contoso.example/records/7', status: ${row%:*}, body: '{}' }" \
            >"$T/archive.yaml"
        try "$S" rehearse "$T/outer.yaml" --world "$T/archive.yaml" --no-input --evidence "$T/e.json"
        exits "${row#*:}"
        says "$out" "inner/look"
    done
}
