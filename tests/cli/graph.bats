#!/usr/bin/env bats
# graph: what a reader must see in it, and that graphviz draws it.
load support

@test "the point of no return, waits, people, loops and lapses are told apart, without colour too" {
    "$S" graph -o dot "$R" >"$T/dot"
    grep -q '"delete" \[shape=octagon.*POINT OF NO RETURN' "$T/dot"
    grep -q '"final_upload" \[shape=hexagon.*wait filesync.upload_session' "$T/dot"
    grep -q '"review" \[shape=diamond.*storage_admins decides' "$T/dot"
    grep -q '"review" -> "snapshot" \[label="fix, at most 5 x"' "$T/dot"
    grep -q '"leftovers_review" -> "[a-z]*" \[label="accept (gives up what is' "$T/dot"
    grep -q '"snapshot" -> "snapshot" \[label="its evidence lapsed.* style=dotted' "$T/dot"
}

@test "graphviz draws every runbook of the tree" {
    command -v dot >/dev/null || skip "graphviz is not installed"
    for file in $(grep -l '^stepwise:' -r runbooks examples --include '*.yaml'); do
        "$S" graph -o dot "$file" >"$T/dot" || continue # a part of another runbook
        dot -Tsvg "$T/dot" >"$T/svg" 2>"$T/err"
        [ ! -s "$T/err" ]
        grep -q '</svg>' "$T/svg"
    done
}

@test "titles with quotes, brackets, backslashes and what turns text around do no harm" {
    cat >"$T/r.yaml" <<'Y'
stepwise: 1
name: demo/odd
version: 1.0.0
steps:
  - id: ask
    title: 'He said "a\b" ]} %% --> <script> | `x` #35; end'
    decide:
      go: { label: Go, next: done }
  - { id: done, title: 'Fertig \n <br>', end: done }
Y
    "$S" graph -o dot "$R" >/dev/null
    "$S" graph -o dot "$T/r.yaml" >"$T/dot"
    if command -v dot >/dev/null; then
        dot -Tplain "$T/dot" | grep -q 'ask'
    fi
    "$S" graph -o mermaid "$T/r.yaml" >"$T/mermaid"
    if grep -q '<script>\|-->.*-->\|%%\|`' "$T/mermaid"; then return 1; fi
    # Each line is the head, a node, a class or an arrow; node ids are never a word of Mermaid's.
    if grep -Ev '^flowchart TD$|^  s_[a-z0-9_]+[[({].*:::look[0-9]$|^  classDef look[0-9] |^  s_[a-z0-9_]+ -(-|\.-)>(\|"[^"|]*"\|)? s_[a-z0-9_]+$' "$T/mermaid"; then return 1; fi
}

@test "a runbook with errors is not drawn, and another form is refused" {
    try "$S" graph tests/golden/lint-no-else/runbook.yaml
    exits 65
    [ -z "$out" ]
    says "$err" "SW0411"
    try "$S" graph -o svg "$R"
    exits 64
    says "$err" "mermaid or dot"
}

@test "a called runbook stands in a box of its own" {
    mkdir -p "$T/runbooks"
    printf 'stepwise: 1\nname: demo/inner\nversion: 2.0.0\nsteps:\n  - id: look\n    decide: { go: { label: Go, next: fine } }\n  - { id: fine, end: done }\n' >"$T/inner.yaml"
    printf 'stepwise: 1\nname: demo/outer\nversion: 1.0.0\nsteps:\n  - { id: first, call: ./inner.yaml }\n  - { id: done, end: done }\n' >"$T/outer.yaml"
    try "$S" graph -o dot "$T/outer.yaml"
    exits 0
    says "$out" 'subgraph cluster_1 {'
    says "$out" 'label="first: demo/inner 2.0.0"'
    says "$out" '"first/look"'
    if command -v dot >/dev/null; then
        "$S" graph -o dot "$T/outer.yaml" | dot -Tsvg | grep -q 'cluster'
    fi
    try "$S" graph "$T/outer.yaml"
    says "$out" 'subgraph frame1["first: demo/inner 2.0.0"]'
    [ "$(grep -c '^  end$' "$T/out")" -eq 1 ]
}
