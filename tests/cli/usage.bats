#!/usr/bin/env bats
# What the command line takes, and how it refuses the rest.
load support

@test "no command at all prints the help on standard error and is a usage error" {
    try "$S"
    exits 64
    [ -z "$out" ]
    says "$err" "rehearse"
}

@test "help lists the commands on standard output" {
    for word in help --help -h; do
        try "$S" $word
        exits 0
        says "$out" "Exit codes:"
        [ -z "$err" ]
    done
}

@test "help exit-codes tells each exit code in a line of its own, and the README has the same ones" {
    try "$S" help exit-codes
    exits 0
    sed -n 's/^ *\([0-9][0-9]*\)  .*/\1/p' "$T/out" >"$T/codes"
    sed -n '/^## Exit codes/,/^## Writing/s/^| \([0-9, ]*\) |.*/\1/p' README.md | tr -d ' ' | tr , '\n' >"$T/shown"
    [ "$(wc -l <"$T/codes")" -ge 17 ]
    diff "$T/codes" "$T/shown"
    "$S" help >"$T/all"
    while read -r code; do
        grep -q "[ :]$code [a-z]" "$T/all" || { echo "the help of all does not have $code"; return 1; }
    done <"$T/codes"
}

@test "help about something that is not there is refused with what was meant" {
    try "$S" help rehaerse
    exits 64
    says "$err" "did you mean 'rehearse'?"
    try "$S" help exit-code
    exits 64
    says "$err" "did you mean 'exit-codes'?"
    try "$S" help run resume
    exits 64
    says "$err" "usage: stepwise help"
}

@test "a command that is misspelt is answered with the one that was meant" {
    try "$S" rehaerse "$R"
    exits 64
    says "$err" "did you mean 'rehearse'?"
    [ -z "$out" ]
}

@test "an option that is misspelt is answered with the one that was meant" {
    try "$S" rehearse "$R" --wrold x
    exits 64
    says "$err" "did you mean '--world'?"
}

@test "an option of another command is refused" {
    try "$S" lint "$R" --pace 600x
    exits 64
    says "$err" "--pace"
}

@test "an option without its value is refused" {
    try "$S" rehearse "$R" --world
    exits 64
    says "$err" "needs a value"
}

@test "numbers, paces and answers that are none are refused by name" {
    try "$S" rehearse "$R" --seed -1
    exits 64
    says "$err" "--seed"
    try "$S" rehearse "$R" --pace fast
    exits 64
    says "$err" "600x"
    try "$S" rehearse "$R" --answer delete
    exits 64
    says "$err" "STEP=CHOICE"
}

@test "too few and too many words show the usage" {
    try "$S" lint
    exits 64
    says "$err" "usage: stepwise lint"
    try "$S" explain SW0501 SW0502
    exits 64
}

@test "words behind -- are files, whatever they look like" {
    try "$S" lint -- --world
    exits 64
    says "$err" "open '--world'"
}

@test "a file that is not there is a usage error that names it" {
    try "$S" lint nowhere.yaml
    exits 64
    says "$err" "nowhere.yaml"
    try "$S" rehearse "$R" --world nowhere.yaml -p reason=migrate
    says "$err" "nowhere.yaml"
    exits 64
    try "$S" diff nowhere.yaml "$R"
    exits 64
    try "$S" plan "$R" --site nowhere.yaml
    exits 64
}

@test "an answer to what is never asked, or that is not offered there, is refused before anything runs" {
    try "$S" rehearse "$R" --world "$W/clean.yaml" --answer delte=approve
    exits 64
    says "$err" "--answer delte=approve: nothing is asked there; did you mean 'delete'?"
    [ -z "$out" ]
    try "$S" rehearse "$R" --world "$W/clean.yaml" --answer delete=aprove
    exits 64
    says "$err" "did you mean 'approve'?"
    try "$S" run "$R" --rehearse "$W/clean.yaml" -p reason=migrate --answer snapshot=go
    exits 64
    says "$err" "nothing is asked there; one of: "
    lacks "$("$S" ls)" "scenario-1"
    try "$S" rehearse "$R" --world "$W/clean.yaml" --answer parked=onward
    exits 64
    says "$err" "one of: retry, rollback, stop, wait"
}

@test "every parameter that is wrong is named at once" {
    try "$S" rehearse "$R" -p reasn=migrate -p reason=tidy
    exits 64
    says "$err" "did you mean 'reason'?"
    says "$err" "discontinue_path"
}

@test "a parameter that is required and not given is named with its description" {
    try "$S" rehearse "$R"
    exits 64
    says "$err" "-p reason="
    says "$err" "Repairing sync is no reason"
}

@test "a parameter may come from the environment, and the flag is stronger" {
    STEPWISE_PARAM_reason=serverless try "$S" plan "$R" --world "$W/clean.yaml"
    exits 0
    says "$out" "serverless"
    STEPWISE_PARAM_reason=serverless try "$S" plan "$R" --world "$W/clean.yaml" -p reason=migrate
    says "$out" "migrate"
}

@test "a parameter out of bounds is refused" {
    try "$S" rehearse "$R" -p reason=migrate -p max_wait=5m
    exits 64
    says "$err" "max_wait"
}

@test "the version is one line" {
    for word in version --version; do
        try "$S" $word
        exits 0
        says "$out" "stepwise 0."
        [ "$(wc -l <"$T/out")" -eq 1 ]
    done
}

@test "explain tells what a finding means, in any spelling of its code" {
    for word in SW0501 sw0501 0501 501; do
        try "$S" explain $word
        exits 0
        says "$out" "a path without its evidence"
    done
    try "$S" explain SW9999
    exits 64
    says "$err" "SW9999"
    [ -z "$out" ]
}

@test "actions lists all, shows one, and helps with a name that is misspelt" {
    try "$S" actions
    exits 0
    says "$out" "azure.delete_server_endpoint"
    try "$S" actions filesync.block_access
    exits 0
    says "$out" "filesync.access_removed"
    try "$S" actions filesync.block_acess
    exits 64
    says "$err" "did you mean 'filesync.block_access'?"
}

@test "run without a target says how to name a real one or a model" {
    try "$S" run "$R" -p reason=migrate
    exits 64
    says "$err" "--rehearse"
    says "$err" "--site"
}

@test "a folder in place of a file is a usage error of every command that reads one" {
    for words in "plan $T" "rehearse $R --world $T" "show --resolved $T" "diff $R $T" "doctor --site $T" \
        "evidence verify $T" "run --plan $T"; do
        # shellcheck disable=SC2086 # several words
        try "$S" $words
        exits 64
    done
    says "$err" "it is a folder; name a file"
}

@test "output that cannot be written is not success" {
    try sh -c '"$0" doc --actions >/dev/full' "$S"
    exits 70
    says "$err" "the output is not whole: it could not be written (is the disk full?)"
    try sh -c '"$0" rehearse "$1" --world "$2" --answer delete=approve --evidence "$3" >/dev/full' \
        "$S" "$R" "$W/clean.yaml" "$T/e.json"
    exits 70
    try sh -c '"$0" doc --actions | :' "$S"
    exits 0
    [ -z "$err" ]
}

@test "a place for the journals that cannot be made says how to name another" {
    STEPWISE_STATE=/sys/stepwise try "$S" ls
    exits 77
    says "$err" "--state"
    : >"$T/file"
    try "$S" ls --state "$T/file"
    exits 64
    says "$err" "there is a file of that name"
}

@test "a journal that may not grow any more stops the run in words, and resume goes on" {
    try sh -c 'ulimit -f 240; exec "$0" run "$1" --rehearse "$2" -p reason=migrate --no-input' "$S" "$R" "$W/clean.yaml"
    exits 70
    says "$err" "the journal failed"
    says "$err" "make room on its disk"
    says "$err" "stepwise resume"
    ID=$(sed -n 's/^Run //p' "$T/out")
    try "$S" resume "$ID"
    exits 3
    says "$out" "asks: Delete the server endpoint"
}

@test "what is typed back confirms an answer; where nothing is confirmed it is not taken" {
    for verb in 'reject RUN delete' 'retry RUN' 'stop RUN' 'rollback RUN'; do
        # shellcheck disable=SC2086 # words
        try "$S" $verb --typed 1
        exits 64
        says "$err" "there is no option '--typed' here"
    done
}

@test "a world, site or test file in place of a runbook is one error that says so" {
    try "$S" plan "$W/clean.yaml" --world "$W/clean.yaml"
    exits 64
    says "$err" "'$W/clean.yaml' is a world; name the runbook in its place"
    [ "$(wc -l <"$T/err")" -eq 1 ]
    try "$S" rehearse runbooks/filesync/scenario-1.test.yaml --world "$W/clean.yaml"
    exits 64
    says "$err" "is a test; name the runbook in its place"
}
