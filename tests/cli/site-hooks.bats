#!/usr/bin/env bats
# Hooks with `run --site` over TLS against the served model world: web requests to a host of their
# own, and commands on the server, through the same wires as native actions.
load support
load serve

@test "a hook's web request reaches the served model over TLS, with its secret, and acts once" {
    R=examples/20-hook-change-ticket/runbook.yaml
    serve examples/20-hook-change-ticket/world.yaml --pace "$PACE" --tls "$T/tls"
    says "$(cat "$SITE")" "  - { to: 'change.contoso.example:443', at: '127.0.0.1:$PORT' }"
    says "$(cat "$SITE")" "  change_token: { file: '$T/tls/hook-change_token.secret' }"
    try "$S" run "$R" --site "$SITE" --no-input --answer ask=no_stop
    exits 4
    says "$out" "says: opened CHG0042"
    says "$out" "PATCH https://change.contoso.example/api/tickets/CHG0042"
    lacks "$out$err$(cat "$STEPWISE_STATE"/*)" "$(cat "$T/tls/hook-change_token.secret")"
    stop_serving
    says "$verdict" "2 changing requests took effect."
}

@test "a hook's commands run on the served model's server, over WinRM and TLS, and are put back" {
    R=examples/23-hook-dfs-folder-target/runbook.yaml
    serve examples/23-hook-dfs-folder-target/world.yaml --pace "$PACE" --tls "$T/tls"
    try "$S" run "$R" --site "$SITE" --no-input --answer arrived=lost
    exits 4
    says "$out" "does: on server: Set-DfsnFolderTarget"
    says "$out" "put back"
    stop_serving
    says "$verdict" "4 changing requests took effect."
}

@test "a runbook without targets is served, too; without TLS its secrets are variables" {
    R=examples/21-hook-chat-webhook/runbook.yaml
    serve examples/21-hook-chat-webhook/world.yaml --pace "$PACE"
    chat_token=anything-will-do try "$S" run "$R" --site "$SITE" --no-input
    exits 0
    stop_serving
    says "$verdict" "1 changing request took effect."
}
