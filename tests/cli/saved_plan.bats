#!/usr/bin/env bats
# A plan that was saved is run once, and only while nothing moved.

setup() {
    STEPWISE=$(realpath "${STEPWISE:?name the program}")
    RUNBOOKS=$(realpath "$BATS_TEST_DIRNAME/../../runbooks/filesync")
    export HOME=$BATS_TEST_TMPDIR NO_COLOR=1
    cd "$BATS_TEST_TMPDIR" || return 1
    cp "$RUNBOOKS/worlds/clean.yaml" world.yaml
}

plan() {
    "$STEPWISE" plan "$RUNBOOKS/scenario-1.yaml" --world world.yaml -p reason=migrate "$@"
}

# shellcheck disable=SC2120 # bats calls it
run_plan() {
    "$STEPWISE" run --plan "${1:-p.plan}" --state state --no-input --answer delete=approve
}

@test "a saved plan runs with what it was made with, and only once" {
    plan --out p.plan >plan.txt 2>said.txt
    grep -q 'stepwise run --plan p.plan' said.txt
    [ "$(stat -c %a p.plan)" = 600 ]
    run run_plan
    [ "$status" -eq 0 ]
    [[ $output == *"reason = migrate"* ]]
    run run_plan
    [ "$status" -eq 5 ]
    [[ $output == *"was used already, by run scenario-1-"*"Make a new one"* ]]
    [ "$("$STEPWISE" ls --state state | grep -c scenario-1)" -eq 1 ]
}

@test "two processes that run one plan at once make one run" {
    plan --out p.plan >plan.txt 2>said.txt
    run_plan >one.txt 2>&1 &
    first=$!
    two=0
    run_plan >two.txt 2>&1 || two=$?
    one=0
    wait $first || one=$?
    [ $((one + two)) -eq 5 ]
}

@test "a plan is refused in words when what it read has moved" {
    plan --out p.plan >plan.txt 2>said.txt
    sed -i '/name: Harbour/d' world.yaml
    run run_plan
    [ "$status" -eq 5 ]
    [[ $output == *"refused, nothing was changed"* ]]
    [[ $output == *"step cut_access: its exact request: was "*Harbour* ]]
    [ ! -e state/journal.db ]
    run plan --diff p.plan
    [ "$status" -eq 0 ]
    [[ $output == "step cut_access: its exact request: was "* ]]
    run plan --diff p.plan --detailed-exitcode
    [ "$status" -eq 2 ]
}

@test "a plan is refused when the runbook moved by one letter" {
    cp "$RUNBOOKS/scenario-1.yaml" runbook.yaml
    "$STEPWISE" plan runbook.yaml --world world.yaml -p reason=migrate --out p.plan >plan.txt
    sed -i 's/^title: Delete a/title: Delete one/' runbook.yaml
    run run_plan
    [ "$status" -eq 5 ]
    [[ $output == *"the text of the runbook, or of a file that belongs to it: was "* ]]
}

@test "a plan is refused when the runbook does not load any more" {
    cp "$RUNBOOKS/scenario-1.yaml" runbook.yaml
    "$STEPWISE" plan runbook.yaml --world world.yaml -p reason=migrate --out p.plan >plan.txt
    sed -i 's/^subject: .*//' runbook.yaml
    run run_plan
    [ "$status" -eq 5 ]
    [[ $output == *"cannot be planned any more"* ]]
}

@test "parameters and targets that moved are named" {
    plan --out p.plan >plan.txt 2>said.txt
    sed -i 's/FS01.contoso.example/FS09.contoso.example/' world.yaml
    run env STEPWISE_PARAM_max_wait=5d "$STEPWISE" plan "$RUNBOOKS/scenario-1.yaml" \
        --world world.yaml -p reason=serverless --diff p.plan -o json
    [ "$status" -eq 0 ]
    [[ $output == *'"schema_version": 1'* ]]
    [[ $output == *"params.reason: was migrate, is serverless"* ]]
    [[ $output == *"params.max_wait: was 3d, is 5d"* ]]
    [[ $output == *"target server.host: was FS01.contoso.example, is FS09.contoso.example"* ]]
}

@test "a plan of which any byte changed is refused" {
    plan --out p.plan >plan.txt 2>said.txt
    size=$(stat -c %s p.plan)
    for at in 3 30 80 98 105 2000 $((size - 3)) $((size - 1)); do
        cp p.plan q.plan
        printf '~' | dd of=q.plan bs=1 seek="$at" conv=notrunc status=none
        run run_plan q.plan
        [ "$status" -eq 5 ]
    done
    head -c 500 p.plan >q.plan
    run run_plan q.plan
    [ "$status" -eq 5 ]
    : >q.plan
    run run_plan q.plan
    [ "$status" -eq 5 ]
    [[ $output == *"it is no saved plan"* ]]
}

@test "nothing that the plan names may be named again" {
    plan --out p.plan >plan.txt 2>said.txt
    for words in "-p reason=serverless" "--rehearse world.yaml" "--seed 2" "--dry-run"; do
        # shellcheck disable=SC2086 # they are several words
        run "$STEPWISE" run --plan p.plan --state state $words
        [ "$status" -eq 64 ]
    done
    run "$STEPWISE" run
    [ "$status" -eq 64 ]
}

@test "nothing moved since just now" {
    plan --out p.plan >plan.txt 2>said.txt
    run plan --diff p.plan --detailed-exitcode
    [ "$status" -eq 0 ]
    [ "$output" = "Nothing moved since the plan was saved." ]
}
