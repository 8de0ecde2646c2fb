#!/usr/bin/env bats
# Durable runs: journal, people at another terminal, locks, stop and rollback.
load support

@test "a run that needs a person parks with 3 and leaves a journal only its owner can read" {
    begin_run clean -p reason=migrate
    exits 3
    says "$out" "stepwise resume $ID"
    [ "$(stat -c %a "$T/state")" = 700 ]
    for file in "$T"/state/*; do
        [ "$(stat -c %a "$file")" = 600 ]
    done
}

@test "the journal is private whatever the umask says" {
    umask 000
    begin_run clean -p reason=migrate
    [ "$(stat -c %a "$T/state")" = 700 ]
    [ "$(stat -c %a "$T/state/journal.db")" = 600 ]
}

@test "an approval from another process ends the run" {
    begin_run clean -p reason=migrate
    try "$S" approve "$ID" delete --typed "$ENDPOINT"
    exits 0
    try "$S" resume "$ID"
    exits 0
    says "$out" "approves it"
    says "$out" "The server endpoint is gone"
    try "$S" ls
    says "$out" "done"
}

@test "an approval without the name typed back is not taken, and nothing is deleted" {
    begin_run clean -p reason=migrate
    try "$S" approve "$ID" delete --typed "${ENDPOINT%?}"
    exits 64
    says "$err" "add exactly: --typed '$ENDPOINT'"
    try "$S" resume "$ID"
    exits 3
    says "$out" "waits for a person"
}

@test "a refusal parks the run; rollback then puts everything back and ends with 4" {
    begin_run clean -p reason=migrate
    "$S" reject "$ID" delete --reason "not this week"
    try "$S" resume "$ID"
    exits 3
    says "$out" "not this week"
    "$S" rollback "$ID"
    try "$S" resume "$ID"
    exits 4
    says "$out" "puts back: Give each share that was blocked its saved entries again"
    says "$out" "everything was put back"
}

@test "a decision with its reason is taken, and the run tells who decided" {
    begin_run item-errors
    exits 3
    try "$S" status "$ID"
    says "$out" "stepwise decide $ID review accept"
    "$S" decide "$ID" review stop --reason "first repair the files"
    try "$S" resume "$ID"
    exits 4
    says "$out" "answers 'stop' (first repair the files)"
    says "$out" "Access was given back and nothing was deleted"
}

@test "a choice that gives up files needs a reason and the count typed back" {
    begin_run item-errors
    try "$S" decide "$ID" review accept --typed "2 $ENDPOINT"
    exits 64
    says "$err" "needs a reason"
    try "$S" decide "$ID" review accept --reason "old drafts" --typed "3 $ENDPOINT"
    exits 64
    says "$err" "add exactly: --typed '2 $ENDPOINT'"
    "$S" decide "$ID" review accept --reason "old drafts" --typed "2 $ENDPOINT"
    try "$S" resume "$ID"
    exits 3
    says "$out" "filesync.items_accepted"
    says "$out" "[delete]"
}

@test "a choice that the question does not have is refused at once" {
    begin_run item-errors
    try "$S" decide "$ID" review acept
    exits 64
    says "$err" "did you mean 'accept'?"
    try "$S" decide "$ID" snapshot again
    exits 64
    says "$err" "asks nothing"
}

@test "stop holds the run where it is, rollback then puts everything back" {
    begin_run clean -p reason=migrate
    "$S" stop "$ID"
    try "$S" resume "$ID"
    exits 3
    says "$out" "PARKED, nothing changes any more: stopped by"
    "$S" rollback "$ID"
    try "$S" resume "$ID"
    exits 4
    says "$out" "everything was put back"
}

@test "stop holds the run where it is, retry lets it go on" {
    begin_run clean -p reason=migrate
    "$S" stop "$ID"
    try "$S" resume "$ID"
    exits 3
    says "$out" "PARKED, nothing changes any more: stopped by"
    "$S" retry "$ID"
    try "$S" resume "$ID"
    exits 3
    says "$out" "[delete] Delete the server endpoint"
}

@test "a second run on the same endpoint is locked out with 6 and told by whom" {
    begin_run clean -p reason=migrate
    first=$ID
    begin_run clean -p reason=migrate
    exits 6
    says "$out" "is held by run '$first'"
}

@test "the endpoint is free again when the first run is over" {
    begin_run clean -p reason=migrate
    "$S" rollback "$ID"
    "$S" resume "$ID" >"$T/x" || [ $? -eq 4 ]
    begin_run clean -p reason=migrate --answer delete=approve
    exits 0
}

@test "a run that is over is not resumed, stopped or answered" {
    begin_run clean -p reason=migrate --answer delete=approve
    exits 0
    for words in "resume $ID" "stop $ID" "rollback $ID"; do
        # shellcheck disable=SC2086 # a command and its operand
        try "$S" $words
        exits 64
        says "$err" "is over"
    done
}

@test "a run that is not there is a usage error for every command" {
    for words in "resume x" "stop x" "status x" "log x" "retry x" "decide x review stop" \
        "approve x delete" "evidence export x"; do
        # shellcheck disable=SC2086 # a command and its operands
        try "$S" $words
        exits 64
        says "$err" "there is no run 'x'; \`stepwise ls\` lists them"
        [ -z "$out" ]
    done
}

@test "log tells all of a run, status what it waits for" {
    begin_run clean -p reason=migrate
    try "$S" log "$ID"
    exits 0
    says "$out" "begins filesync/scenario-1"
    says "$out" "asks: Delete the server endpoint"
    try "$S" status "$ID"
    exits 0
    says "$out" "stepwise approve $ID delete"
    says "$out" "To stop safely"
}

@test "a choice that cannot be taken is told with the reason, by the run and by status" {
    try "$S" run "$R" --rehearse "$W/scenario-1/folder-unreadable.yaml" --no-input
    exits 3
    says "$out" "accept     not offered: a part of what would be lost could not be read"
    says "$out" "could not be read)" # which folder it is
    ID=$(sed -n 's/^Run //p' "$T/out")
    try "$S" status "$ID"
    says "$out" "accept     not offered: a part of what would be lost could not be read"
    try "$S" decide "$ID" leftovers_review accept --reason x --typed x
    exits 64
    says "$err" "does not offer 'accept' now: a part of what would be lost could not be read"
}

@test "status shows all of an open question, and commands that are complete" {
    begin_run item-errors
    sed -n '/^\[review\]/,/^  stop /p' "$T/out" >"$T/shown"
    [ "$(wc -l <"$T/shown")" -gt 20 ]
    try "$S" status "$ID"
    exits 0
    sed -n '/^\[review\]/,/^  stop /p' "$T/out" >"$T/again"
    diff "$T/shown" "$T/again"
    says "$out" "stepwise decide $ID review fix"
    says "$out" "stepwise decide $ID review accept --typed '2 $ENDPOINT' --reason '...'"
    says "$out" "parked; begun 2026-11-20T19:00:00Z, last record 2026-11-20T20:"
    begin=$(sed -n 's/^  \(stepwise decide .* accept .*\)$/\1/p' "$T/out")
    eval "\"\$S\" ${begin#stepwise }"
    try "$S" resume "$ID"
    says "$out" "answers 'accept' (...)"
}

@test "an answer to a question that is closed is refused at once" {
    begin_run clean -p reason=migrate
    "$S" reject "$ID" delete
    try "$S" resume "$ID"
    exits 3
    try "$S" approve "$ID" delete --typed "$ENDPOINT"
    exits 64
    says "$err" "stands still"
    says "$err" "stepwise retry $ID"
    try "$S" status "$ID"
    lacks "$out" "stepwise approve"
    says "$out" "stepwise retry $ID"
    begin_run item-errors --answer review=accept
    try "$S" decide "$ID" review stop
    exits 64
    says "$err" "step 'review' of run $ID asks nothing now"
    says "$err" "stepwise status $ID"
}

@test "what is not offered is answered with what is" {
    begin_run item-errors
    try "$S" decide "$ID" review acept
    exits 64
    says "$err" "did you mean 'accept'?"
    try "$S" approve "$ID" review
    exits 64
    says "$err" "it offers fix, accept, stop"
}

@test "a run that does not stand still has nothing to try again" {
    begin_run clean -p reason=migrate
    try "$S" retry "$ID"
    exits 64
    says "$err" "does not stand still"
    says "$err" "stepwise status $ID"
}

@test "a runbook that was changed meanwhile does not change the run" {
    cp "$R" "$T/mine.yaml"
    try "$S" run "$T/mine.yaml" --rehearse "$W/clean.yaml" -p reason=migrate
    ID=$(sed -n 's/^Run //p' "$T/out")
    echo "nonsense" >"$T/mine.yaml"
    "$S" approve "$ID" delete --typed "$ENDPOINT"
    try "$S" resume "$ID"
    exits 0
}

@test "requirements that do not hold refuse the run with 4 before anything changes" {
    printf 'world: filesync\nazure: { locked: true }\nparams: { reason: migrate }\n' >"$T/w.yaml"
    try "$S" run "$R" --rehearse "$T/w.yaml"
    exits 4
    says "$out" "A resource lock would stop the delete"
    lacks "$out" 'does:'
    try "$S" plan "$R" --world "$T/w.yaml"
    exits 4
    says "$out" "A resource lock would stop the delete"
}

@test "plan tells pending changes by exit code only when asked to" {
    try "$S" plan "$R" --world "$W/clean.yaml"
    exits 0
    try "$S" plan "$R" --world "$W/clean.yaml" --detailed-exitcode
    exits 2
    for flag in --dry-run -n --check --what-if; do
        try "$S" run "$R" --rehearse "$W/clean.yaml" $flag
        exits 0
        says "$out" "Nothing was changed by this plan"
        [ ! -e "$T/state" ]
    done
}

@test "a plan for machines is one valid document" {
    try "$S" plan "$R" --world "$W/clean.yaml" -o json
    exits 0
    is_json "$T/out" schema_version
    [ -z "$err" ]
}

@test "with --no-input nobody is asked, even at a terminal" {
    script -qec "'$S' rehearse $R --world $W/item-errors.yaml --no-input --evidence $T/e.json" \
        "$T/typescript" </dev/null >"$T/out" || [ $? -eq 3 ]
    lacks "$(cat "$T/out")" 'choice (empty'
}

@test "at a terminal the questions are asked and the answers are taken" {
    printf 'acept\naccept\n2 %s\nold drafts\napprove\n%s\n' "$ENDPOINT" "$ENDPOINT" |
        script -qec "'$S' rehearse $R --world $W/item-errors.yaml --evidence $T/e.json" \
            "$T/typescript" >"$T/out"
    grep -q "'acept' is not one of the choices above" "$T/out"
    grep -q "2 given up by name" "$T/out"
    grep -q "done: The server endpoint is gone" "$T/out"
}

@test "a journal that somebody changed stops every command in words" {
    begin_run clean -p reason=migrate
    LC_ALL=C sed -i 's/{"step":"cut_access","visit":1,"title"/{"step":"cut_accesz","visit":1,"title"/' "$T/state/journal.db"
    for words in "status $ID" "log $ID" "resume $ID" "stop $ID" "approve $ID delete --typed $ENDPOINT" "evidence export $ID"; do
        # shellcheck disable=SC2086 # a command and its operands
        try "$S" $words
        exits 70
        says "$err" "was changed: its hash does not match"
        says "$err" "bring back a copy or begin anew"
        [ -z "$out" ]
    done
}

@test "a run goes on when nobody reads what it prints, also in a model world" {
    codes=$("$S" run "$R" --rehearse "$W/clean.yaml" -p reason=migrate --no-input 2>"$T/err" </dev/null |
        head -1 >"$T/out"; echo "${PIPESTATUS[0]}")
    [ "$codes" -eq 3 ]
    [ -z "$(cat "$T/err")" ]
    "$S" status "$(sed -n 's/^Run //p' "$T/out")" | grep -q 'To answer, one of:'
}
