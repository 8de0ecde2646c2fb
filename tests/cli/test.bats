#!/usr/bin/env bats
# stepwise test: each expectation can fail, each form of the report can be read, and a test that
# names what is not there does not load.

setup() {
    STEPWISE=$(realpath "${STEPWISE:?name the program}")
    RUNBOOKS=$(realpath "$BATS_TEST_DIRNAME/../../runbooks/filesync")
    export HOME=$BATS_TEST_TMPDIR NO_COLOR=1
    cd "$BATS_TEST_TMPDIR" || return 1
    ln -s "$RUNBOOKS/worlds" worlds
    cp "$RUNBOOKS/scenario-1.yaml" s.yaml
}

# One case in the clean world with this `expect`, answers given.
test_of() {
    {
        echo 'test: 1'
        echo 'params: { reason: migrate }'
        echo 'world: worlds/clean.yaml'
        echo 'cases:'
        echo '  - name: it'
        echo '    answers: { delete: approve }'
        echo "    expect: { $1 }"
    } >s.test.yaml
    run "$STEPWISE" test s.test.yaml
}

@test "what is expected and so passes" {
    test_of "exit: 0, end: done, deletes: 1, lost: 0, given_up: 0, writes: 5, never: [stop],
             sends: { delete: 1, snapshot: 1, cut_access: 2 }, takes: [final_upload.clean, how.else],
             passes: [cut_access, delete], evidence: [filesync.cloud_complete],
             says: ['point of no return', 'Reason given: migrate']"
    [ "$status" -eq 0 ]
    [[ $output == *"1 case, 0 failed"* ]]
}

@test "every expectation fails when it is not so, and says what was" {
    while IFS='|' read -r expect said; do
        test_of "$expect"
        [ "$status" -eq 1 ]
        if [[ $output != *"$said"* ]]; then
            printf '%s\nlacks: %s\n' "$output" "$said"
            return 1
        fi
    done <<'ROWS'
exit: 3|exit code: expected 3, but it is 0
end: stopped|end: expected 'stopped', but it is 'done'
asks: review|asks: expected 'review', but it is 'nothing'
path: [cut_access, delete]|path: not so; it went cut_access > redirect
passes: [delete, cut_access]|passes: not so; it went cut_access > redirect
takes: [final_upload.timeout]|takes: expected final_upload.timeout, but it is cut_access.ok
never: [delete]|never delete: it was entered; it went cut_access
evidence: [filesync.recalled]|evidence held: expected filesync.recalled, but it is filesync.access_removed
lapsed: [filesync.access_removed]|lapsed: expected filesync.access_removed, but it is nothing
undone: [cut_access]|undone: expected cut_access, but it is nothing
sends: { delete: 0 }|changing requests of delete: expected 0, but it is 1
says: ['no such words']|says: nowhere 'no such words'
lost: 1|files lost: expected 1, but it is 0
given_up: 1|files given up: expected 1, but it is 0
deletes: 0|irreversible effects in the world: expected 0, but it is 1
writes: 0|changes in the world: expected 0, but it is 5
ROWS
}

@test "a case that cannot be run fails and says why" {
    sed 's/migrate/no_reason/' <<'EOT' >s.test.yaml
test: 1
params: { reason: migrate }
cases: [ { name: it, expect: { end: done } } ]
EOT
    run "$STEPWISE" test s.test.yaml
    [ "$status" -eq 1 ]
    [[ $output == *"it could not be run: parameters: reason:"* ]]
}

@test "trouble and seeds of a case count" {
    cat >s.test.yaml <<'EOT'
test: 1
params: { reason: migrate }
cases:
  - name: trouble
    world: worlds/clean.yaml
    seeds: 2
    seed: 7
    trouble: [ { at: vss+40m, what: access_back, for: 1h } ]
    answers: { delete: approve }
    expect: { lapsed: [filesync.access_removed], end: done, lost: 0 }
EOT
    run "$STEPWISE" test s.test.yaml
    [ "$status" -eq 0 ]
    [[ $output == *"trouble (seed 7)"*"trouble (seed 8)"*"2 cases, 0 failed"* ]]
}

@test "more processes say the same" {
    "$STEPWISE" test "$RUNBOOKS/scenario-1.test.yaml" -o json >one.json
    "$STEPWISE" test "$RUNBOOKS/scenario-1.test.yaml" -o json -j3 >three.json
    cmp one.json three.json
    grep -q '"schema_version": 1' one.json
}

@test "TAP, JUnit and JSON tell of passes and failures" {
    test_of "exit: 3"
    run "$STEPWISE" test s.test.yaml -o tap
    [ "$status" -eq 1 ]
    [[ ${lines[0]} == "TAP version 13" ]]
    [[ ${lines[1]} == "1..1" ]]
    [[ ${lines[2]} == "not ok 1 - s.test.yaml: it" ]]
    [[ ${lines[3]} == "# exit code: expected 3, but it is 0" ]]
    run "$STEPWISE" test s.test.yaml -o junit
    [ "$status" -eq 1 ]
    [[ $output == *'<testsuite name="stepwise" tests="1" failures="1"'* ]]
    [[ $output == *'<failure message="exit code: expected 3, but it is 0">'* ]]
    run "$STEPWISE" test s.test.yaml -o xml
    [ "$status" -eq 64 ]
}

@test "coverage names what was never taken, and can fail" {
    test_of "end: done"
    [[ $output == *"paths into irreversible steps: 1 of 8 (12%)"* ]]
    [[ $output == *"never taken:  final_upload.item_errors"* ]]
    run "$STEPWISE" test s.test.yaml --min-coverage 90
    [ "$status" -eq 1 ]
    [[ $output == *"TOO LITTLE"* ]]
    run "$STEPWISE" test s.test.yaml --min-paths 12 --min-coverage 10
    [ "$status" -eq 0 ]
    run "$STEPWISE" test s.test.yaml --min-coverage 101
    [ "$status" -eq 64 ]
}

@test "a folder is searched for tests, and --only picks cases" {
    mkdir sub
    test_of "end: done"
    mv s.test.yaml s.yaml sub
    ln -s ../worlds sub/worlds
    run "$STEPWISE" test sub
    [ "$status" -eq 0 ]
    run "$STEPWISE" test
    [ "$status" -eq 0 ]
    run "$STEPWISE" test sub --only nothing
    [ "$status" -eq 64 ]
    mkdir empty
    run "$STEPWISE" test empty
    [ "$status" -eq 64 ]
}

@test "a test that names what is not there does not load" {
    while IFS='|' read -r expect code said; do
        test_of "$expect"
        [ "$status" -eq 65 ]
        if [[ $output != *"SW$code"* || $output != *"$said"* ]]; then
            printf '%s\nlacks: SW%s %s\n' "$output" "$code" "$said"
            return 1
        fi
        run "$STEPWISE" lint s.test.yaml
        [ "$status" -eq 65 ]
    done <<'ROWS'
exti: 0|0870|did you mean 'exit'?
never: delete|0871|`never` is a list of steps
exit: soon|0871|`exit` is a whole number
end: gone|0871|`end` is done, stopped
never: [delet]|0873|did you mean 'delete'?
takes: [final_upload.claen]|0873|did you mean 'clean'?
takes: [delete]|0871|write STEP.WAY
evidence: [filesync.access]|0873|there is no evidence
sends: { delte: 1 }|0873|did you mean 'delete'?
asks: reviev|0873|did you mean 'review'?
ROWS
}

@test "a file that is no test, or tests nothing, says so" {
    printf 'cases: []\n' >a.test.yaml
    run "$STEPWISE" test a.test.yaml
    [ "$status" -eq 65 ]
    [[ $output == *SW0876* ]]
    printf 'test: 1\nrunbook: s.yaml\ncases: [ { name: it } ]\n' >a.test.yaml
    run "$STEPWISE" test a.test.yaml
    [ "$status" -eq 65 ]
    [[ $output == *SW0872*"it could not fail"* ]]
    printf 'test: 1\nrunbook: none.yaml\ncases: [ { name: it, expect: { exit: 0 } } ]\n' >a.test.yaml
    run "$STEPWISE" test a.test.yaml
    [ "$status" -eq 65 ]
    [[ $output == *SW0874* ]]
    printf 'test: 1\nrunbook: s.yaml\ncases: [ { name: it, world: no.yaml, expect: { exit: 0 } } ]\n' >a.test.yaml
    run "$STEPWISE" test a.test.yaml
    [ "$status" -eq 65 ]
    [[ $output == *SW0874* ]]
    printf 'test: 1\nrunbook: s.yaml\ncases:\n%s%s' '  - { name: it, expect: { exit: 0 } }
' '  - { name: it, expect: { exit: 3 } }
' >a.test.yaml
    run "$STEPWISE" test a.test.yaml
    [ "$status" -eq 65 ]
    [[ $output == *a.test.yaml:5:*SW0875*"a case above is called 'it' already"* ]]
    run "$STEPWISE" test missing.test.yaml
    [ "$status" -eq 64 ]
}

@test "a runbook that is named stands for the test beside it" {
    printf 'test: 1\nrunbook: s.yaml\ncases: [ { name: it, expect: { exit: 64 } } ]\n' >s.test.yaml
    run "$STEPWISE" test s.yaml
    [ "$status" -eq 1 ]
    [[ $output == *"s.test.yaml"* ]]
    rm s.test.yaml
    run "$STEPWISE" test s.yaml
    [ "$status" -eq 65 ]
    [[ $output == *SW0876* ]]
}
