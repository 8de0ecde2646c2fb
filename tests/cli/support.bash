# Shared by the bats files: $S is the program; each test has its own state folder in $T.
setup() {
    S=${STEPWISE:?name the program: STEPWISE=.build/dev/stepwise bats tests/cli}
    T=$BATS_TEST_TMPDIR
    R=runbooks/filesync/scenario-1.yaml
    W=runbooks/filesync/worlds
    cd "$BATS_TEST_DIRNAME/../.." || return 1
    export STEPWISE_STATE=$T/state NO_COLOR=1 HOME=$T
    export ENDPOINT=5f0c9a52-1d0b-4a53-9d53-4f5c6f0f7a10
}

# Both streams apart: $out, $err and $code.
try() {
    code=0
    "$@" >"$T/out" 2>"$T/err" </dev/null || code=$?
    out=$(cat "$T/out")
    err=$(cat "$T/err")
}

# The words must be there; tells what was there instead.
says() {
    case $1 in
    *"$2"*) return 0 ;;
    esac
    printf 'missing: %s\nin:\n%s\n' "$2" "$1"
    return 1
}

# The words must not be there.
lacks() {
    case $1 in
    *"$2"*) printf 'not expected: %s\nin:\n%s\n' "$2" "$1"; return 1 ;;
    esac
}

exits() {
    if [ "$code" -ne "$1" ]; then
        printf 'exit code %s, expected %s\n%s\n%s\n' "$code" "$1" "$out" "$err"
        return 1
    fi
}

# Wait until a command succeeds: as long as a machine under load may need, and no longer than that.
wait_for() { # SECONDS COMMAND...
    local end=$((SECONDS + $1))
    until "${@:2}"; do
        if [ "$SECONDS" -ge "$end" ]; then
            printf 'not so within %s s: %s\n' "$1" "${*:2}"
            return 1
        fi
        sleep 0.02
    done
}

# One document of well-formed JSON with this member at the top; cmake is there anyway, python may not be.
is_json() {
    [ "$(grep -c '^{' "$1")" -eq 1 ] && cmake -DFILE="$1" -DKEY="$2" -P tests/cli/json.cmake
}

# Begin a durable run in a world and leave its id in $ID.
begin_run() {
    try "$S" run "$R" --rehearse "$W/$1.yaml" "${@:2}"
    ID=$(sed -n 's/^Run //p' "$T/out")
    [ -n "$ID" ]
}
