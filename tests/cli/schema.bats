#!/usr/bin/env bats
# schema: an independent validator (python3-jsonschema) takes all our files, and refuses broken ones.
load support

needs_validator() {
    /usr/bin/python3 -c 'import jsonschema, yaml; jsonschema.Draft202012Validator' 2>/dev/null ||
        skip "python3-jsonschema is not installed"
}

fits() { # KIND FILE...
    "$S" schema "$1" >"$T/schema.json"
    shift
    /usr/bin/python3 tests/cli/validate.py "$T/schema.json" "$@"
}

refuses() { # KIND FILE WORDS: the schema alone tells
    ! fits "$1" "$2" >"$T/said" || { echo "$2 fits"; return 1; }
    says "$(cat "$T/said")" "$3"
}

# Scenario 1 with one line changed.
broken() { # SED, WORDS
    sed -E "$1" "$R" >"$T/r.yaml"
    if cmp -s "$T/r.yaml" "$R"; then return 1; fi
    if "$S" lint -q "$T/r.yaml" >/dev/null; then return 1; fi
    refuses runbook "$T/r.yaml" "$2"
}

@test "without a validator: each schema is one document of JSON, and a kind that is none is refused" {
    for kind in runbook site world test; do
        "$S" schema "$kind" >"$T/out"
        grep -q '"\$schema": "https://json-schema.org/draft/2020-12/schema"' "$T/out"
        grep -q "urn:stepwise:schema:$kind:1" "$T/out"
    done
    try "$S" schema wrold
    exits 64
    says "$err" "did you mean 'world'?"
}

@test "all runbooks of the tree fit" {
    needs_validator
    files=$(grep -l '^stepwise:' -r runbooks examples --include '*.yaml')
    tests/bench/generate 200 >"$T/generated.yaml"
    # shellcheck disable=SC2086 # names without blanks
    fits runbook $files "$T/generated.yaml"
}

@test "all worlds of the tree fit" {
    needs_validator
    files=$(grep -l '^world:' -r runbooks examples --include '*.yaml')
    # shellcheck disable=SC2086
    fits world $files
}

@test "all test files of the tree fit, and a misspelt expectation does not" {
    needs_validator
    files=$(grep -l '^test:' -r runbooks examples --include '*.test.yaml')
    # shellcheck disable=SC2086
    fits test $files
    sed 's/never:/nevr:/' runbooks/filesync/delete-accepting-loss.test.yaml >"$T/x.test.yaml"
    refuses test "$T/x.test.yaml" "nevr"
    sed 's/^test: 1/test: 2/' runbooks/filesync/delete-accepting-loss.test.yaml >"$T/x.test.yaml"
    refuses test "$T/x.test.yaml" "1 was expected"
}

@test "a site file with every key fits, and so does the one of the README" {
    needs_validator
    cat >"$T/site.yaml" <<'Y'
site: 1
proxy: http://proxy.contoso.example:3128
tls: { ca_file: /etc/stepwise/ca.pem }
targets:
  cloud:
    kind: azure.sync_group
    settings: { subscription: 0b1f6471-1bf0-4dda-aec3-cb9272f09590, resource_group: rg, service: s, sync_group: g }
    login: { by: client_secret, tenant: contoso.example, client: 6f0c2f0a-0000-4000-8000-000000000000, secret: { file: /x } }
  server:
    kind: windows.server
    settings: { host: fs01.contoso.example }
    login: { by: basic, user: admin, secret: { command: [pass, show, fs01] } }
approvers: { storage_admins: [ada, bob] }
connect:
  - { to: 'fs01.contoso.example:5986', at: '127.0.0.1:45986', plain: true }
Y
    "$S" lint -q "$T/site.yaml"
    fits site "$T/site.yaml"
    sed -n '/^    site: 1$/,/^$/s/^    //p' README.md |
        sed 's/\(0b1f6471\|6f0c2f0a\)-\.\.\./\1-1bf0-4dda-aec3-cb9272f09590/' >"$T/readme.yaml"
    "$S" lint -q "$T/readme.yaml"
    fits site "$T/readme.yaml"
}

@test "what is broken in a site file is refused" {
    needs_validator
    good='site: 1\ntargets:\n  server: { kind: windows.server, settings: { host: a.example }, login: { by: basic, user: x, secret: { file: /x } } }\n'
    # shellcheck disable=SC2059 # the texts are ours
    {
        printf "$good" >"$T/s.yaml"
        fits site "$T/s.yaml"
        printf "$good" | sed 's/user:/usr:/' >"$T/s.yaml"
        refuses site "$T/s.yaml" "not valid"
        printf "$good" | sed 's/{ file: .x }/Summer2026/' >"$T/s.yaml"
        refuses site "$T/s.yaml" "not valid"
        printf "$good" | sed 's/windows.server/windows.box/' >"$T/s.yaml"
        refuses site "$T/s.yaml" "not valid"
        printf "${good}paec: 2x\n" >"$T/s.yaml"
        refuses site "$T/s.yaml" "paec"
    }
}

@test "the golden runbooks whose fault a schema can tell are refused" {
    needs_validator
    for case in bad-duration empty if-for-when language-of-the-future list-at-top many-at-once \
        missing-version no-verb key-of-nobody two-verbs unknown-action unknown-key \
        unknown-type; do
        refuses runbook "tests/golden/lint-$case/runbook.yaml" ""
    done
    for case in bad-values none other-kind unknown-key unknown-trouble; do
        refuses world "tests/golden/world-$case/world.yaml" ""
    done
}

@test "and those that only the checker can tell are let through: no false alarm about names" {
    needs_validator
    for case in unknown-step unknown-param unknown-target loop-without-max unreachable; do
        fits runbook "tests/golden/lint-$case/runbook.yaml"
    done
}

@test "an irreversible step without its edge is refused in the editor" {
    needs_validator
    broken '/^    edge:$/,/^      approve:/d' "'edge' is a required property"
}

@test "an edge on a step that can be undone, or a retry on one that cannot, is refused" {
    needs_validator
    broken '/^    do: filesync.block_access/a\    edge: { approve: { good_for: 4h } }' "False schema"
    broken '/^    do: azure.delete_server_endpoint/a\    retry: { times: 3, every: 1m }' "False schema"
}

@test "an outcome that is not mapped, or is none of the action, is refused" {
    needs_validator
    broken '/^      item_errors: review/d' "item_errors"
    broken 's/^      item_errors: review/      itme_errors: review/' "itme_errors"
}

@test "an input that the action does not have, and one that is missing, are refused" {
    needs_validator
    broken "s/with: \{ name: /with: { nam: /" "nam"
    broken "s/, with: \{ name: [^}]*\}' \}//" "with"
}

@test "an action in the wrong place, a kind of target that is none, and a bare number of time are refused" {
    needs_validator
    broken 's/do: filesync.block_access/do: filesync.agent/' "filesync.agent"
    broken 's/kind: windows.server/kind: windows.sever/' "windows.sever"
    broken 's/good_for: 4h/good_for: 4/' "4"
}

@test "a variant fits, and one with a change that is none does not" {
    needs_validator
    cat >"$T/v.yaml" <<'Y'
stepwise: 1
name: contoso/retire
version: 1.0.0
extends: { runbook: filesync/scenario-1 }
params: { max_wait: { default: 48h } }
change:
  - { after: final_upload.clean, insert: [ { id: look, read: azure.share, target: cloud } ] }
  - { step: delete, set: { edge.approve.people: 2 } }
Y
    fits runbook "$T/v.yaml"
    sed -i 's/set:/sett:/' "$T/v.yaml"
    refuses runbook "$T/v.yaml" "sett"
}
