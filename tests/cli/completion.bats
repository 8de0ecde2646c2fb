#!/usr/bin/env bats
# Completion, asked as each shell asks, and the manual pages.
load support

# What bash would offer behind a command line; its words, the last one unfinished.
in_bash() {
    bash --norc --noprofile -c '
        PATH=$1:$PATH; shift
        eval "$(stepwise completion bash)"
        compopt() { :; }
        COMP_WORDS=(stepwise "$@")
        COMP_CWORD=$#
        _stepwise
        printf "%s\n" "${COMPREPLY[@]}"' bash "$(dirname "$(realpath "$S")")" "$@" >"$T/out" 2>"$T/err"
    [ ! -s "$T/err" ] || { cat "$T/err"; return 1; }
    out=$(cat "$T/out")
}

@test "bash completes commands, options and forms" {
    in_bash reh
    [ "$out" = "rehearse" ]
    in_bash lint --st
    [ "$out" = "--strict" ]
    in_bash graph -o d
    [ "$out" = "dot" ]
    in_bash __
    [ -z "$out" ]
}

@test "bash completes runbooks, and only runbooks, and worlds where a world is wanted" {
    in_bash plan runbooks/filesync/scen
    says "$out" "runbooks/filesync/scenario-1.yaml"
    lacks "$out" "test.yaml"
    in_bash plan runbooks/filesync/wor
    says "$out" "runbooks/filesync/worlds/"
    in_bash plan runbooks/filesync/worlds/cle
    [ -z "$out" ]
    in_bash plan "$R" --world runbooks/filesync/worlds/cle
    [ "$out" = "runbooks/filesync/worlds/clean.yaml" ]
}

@test "bash completes parameters of that runbook and their values, though it cuts words at =" {
    in_bash plan "$R" -p reas
    [ "$out" = "reason=" ]
    in_bash plan "$R" -p reason = mi
    [ "$out" = "migrate" ]
    in_bash plan "$R" -p reason =
    says "$out" "serverless"
    in_bash rehearse "$R" --answer leftovers_review = acc
    [ "$out" = "accept" ]
}

@test "bash completes runs, the step that asks, and the choices" {
    begin_run item-errors -p reason=migrate --no-input
    in_bash status scen
    [ "$out" = "$ID" ]
    in_bash decide "$ID" ""
    [ "$out" = "review" ]
    in_bash decide "$ID" review ""
    says "$out" "accept"
    says "$out" "stop"
    in_bash evidence export scen
    [ "$out" = "$ID" ]
}

@test "asking changes nothing: no state folder comes into being" {
    in_bash status ""
    [ ! -e "$STEPWISE_STATE" ]
}

@test "words that are nothing are answered with nothing" {
    for words in "nothing x" "plan nowhere.yaml -p " "decide nobody " "--what"; do
        # shellcheck disable=SC2086 # several words
        try "$S" __complete -- $words ""
        exits 0
        [ -z "$err" ]
    done
}

@test "names with blanks and quotes come out as one word" {
    mkdir "$T/a b"
    cp examples/01-look-before-you-leap/runbook.yaml "$T/a b/it's.yaml"
    in_bash plan "$T/a b/it"
    eval "set -- $out"
    [ $# -eq 1 ]
    [ -f "$1" ]
}

@test "zsh takes its script and offers the same" {
    command -v zsh >/dev/null || skip "zsh is not installed"
    "$S" completion zsh >"$T/_stepwise"
    zsh -fn "$T/_stepwise"
    PATH="$(dirname "$(realpath "$S")"):$PATH" zsh -fc '
        compdef() { :; }
        compadd() { while [[ $1 != -a ]]; do shift; done; print -l -- "${(P@)2}"; }
        source $1
        words=(stepwise plan $2 -p reas) CURRENT=5
        _stepwise' zsh "$T/_stepwise" "$R" >"$T/out"
    grep -qx 'reason=' "$T/out"
}

@test "fish takes its script and offers the same" {
    command -v fish >/dev/null || skip "fish is not installed"
    "$S" completion fish >"$T/stepwise.fish"
    PATH="$(dirname "$(realpath "$S")"):$PATH" fish --no-config -c \
        "source $T/stepwise.fish; complete -C 'stepwise plan $R -p reas'" >"$T/out"
    grep -q '^reason=' "$T/out"
}

@test "another shell is refused" {
    try "$S" completion csh
    exits 64
    says "$err" "bash, zsh and fish"
}

@test "the manual pages have every command, and mandoc finds nothing to complain about" {
    for page in stepwise.1 stepwise-runbook.5; do
        "$S" __man $page >"$T/$page"
        if command -v mandoc >/dev/null; then
            mandoc -Tlint -Wwarning "$T/$page"
        fi
    done
    for verb in $("$S" help | sed -n 's/^  \([a-z]*\)  .*/\1/p'); do
        grep -q "^\.B $verb" "$T/stepwise.1"
    done
    grep -q '^\.B accepts_loss$' "$T/stepwise-runbook.5"
}
