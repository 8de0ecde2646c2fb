#!/usr/bin/env bats
# A lint that can't fail shows nothing: each is given a small tree with one mistake.

setup() {
    lint=$(cd "$BATS_TEST_DIRNAME/../../.ci/lint" && pwd)
    root=$(mktemp -d)
    mkdir -p "$root/.ci/lint" "$root/interpreter/base" "$root/interpreter/lang" \
        "$root/interpreter/engine/store" "$root/stdlib/azure/world" "$root/stdlib/windows"
    cp "$lint"/* "$root/.ci/lint/"
    cp "$BATS_TEST_DIRNAME/../../.clang-format" "$root/"
    printf '#pragma once\nint base_x(void);\n' >"$root/interpreter/base/x.h"
    printf '#include "base/x.h"\n\n#include <string.h>\n' >"$root/interpreter/base/x.c"
}

teardown() {
    rm -rf "$root"
}

file() {
    cat >"$root/$1"
}

refuses() { # LINT FILE:LINE TEXT
    run "$root/.ci/lint/$1"
    printf '%s\n' "$output"
    [ "$status" -eq 1 ]
    [[ "$output" == *"$2"* ]]
    [[ "$output" == *"$3"* ]]
}

accepts() {
    run "$root/.ci/lint/$1"
    printf '%s\n' "$output"
    [ "$status" -eq 0 ]
    [ -z "$output" ]
}

@test "a clean tree passes every lint" {
    for each in levels banned sizes header-alone format; do
        accepts "$each"
    done
}

@test "levels: base includes nothing above it" {
    file interpreter/base/y.c <<<'#include "lang/yaml.h"'
    refuses levels interpreter/base/y.c:1: 'base may not include "lang/yaml.h"'
}

@test "levels: lang does not see the engine" {
    file interpreter/lang/y.c <<<'#include "engine/run.h"'
    refuses levels interpreter/lang/y.c:1: 'lang may not include'
}

@test "levels: the store sees store.h of the engine and no other of its headers" {
    file interpreter/engine/store/y.c <<<'#include "engine/store.h"'
    accepts levels
    file interpreter/engine/store/y.c <<<'#include "engine/run.h"'
    refuses levels interpreter/engine/store/y.c:1: 'may not include'
}

@test "levels: a pack does not see the engine, another pack or a model" {
    file stdlib/azure/y.c <<<'#include "engine/run.h"'
    refuses levels stdlib/azure/y.c:1: 'may not include'
    file stdlib/azure/y.c <<<'#include "stdlib/windows/winrm.h"'
    refuses levels stdlib/azure/y.c:1: 'may not include'
    file stdlib/azure/y.c <<<'#include "stdlib/azure/world/arm_world.h"'
    refuses levels stdlib/azure/y.c:1: 'may not include'
    file stdlib/azure/y.c <<<'#include "world/world.h"'
    refuses levels stdlib/azure/y.c:1: 'may not include'
}

@test "levels: a model sees its pack and the model world" {
    file stdlib/azure/world/y.c <<'X'
#include "stdlib/azure/arm.h"
#include "world/world.h"
X
    accepts levels
}

@test "levels: the product pack joins the others" {
    mkdir -p "$root/stdlib/filesync"
    file stdlib/filesync/y.c <<'X'
#include "stdlib/azure/arm.h"
#include "stdlib/windows/winrm.h"
X
    accepts levels
}

@test "levels: third-party headers have one home" {
    file interpreter/base/y.c <<<'#include <yaml.h>'
    refuses levels interpreter/base/y.c:1: '<yaml.h> belongs into lang alone'
    file interpreter/base/y.c <<<'#include <zlib.h>'
    refuses levels interpreter/base/y.c:1: '<zlib.h> is neither'
    rm "$root/interpreter/base/y.c"
    file interpreter/lang/y.c <<<'#include <yaml.h>'
    accepts levels
}

@test "levels: paths do not climb" {
    file interpreter/base/y.c <<<'#include "../lang/yaml.h"'
    refuses levels interpreter/base/y.c:1: 'write the path'
    file interpreter/base/y.c <<<'#include "x.h"'
    refuses levels interpreter/base/y.c:1: 'write the path'
}

@test "levels: no vendor word in interpreter/, comments included" {
    file interpreter/base/y.c <<<'/* as Azure does */'
    refuses levels interpreter/base/y.c:1: 'vendor word'
    file interpreter/base/y.c <<<'/* asks ARM */'
    refuses levels interpreter/base/y.c:1: 'vendor word'
    file interpreter/base/y.c <<<'/* arm the timer, no harm */'
    accepts levels
    mkdir "$root/interpreter/cli"
    file interpreter/cli/wire.c <<<'#include "stdlib/azure/arm.h"'
    accepts levels
}

@test "banned: calls without a bound, also in tests" {
    mkdir "$root/tests"
    file tests/y.c <<<'static void f(char *t) { strcpy(t, "a"); }'
    refuses banned tests/y.c:1: 'without a bound'
    file tests/y.c <<<'static int f(char *t) { return (int)sprintf (t, "a"); }'
    refuses banned tests/y.c:1: 'without a bound'
}

@test "banned: memory outside base, printing outside cli and ui" {
    file interpreter/base/y.c <<<'void *f(void) { return malloc(1); }'
    accepts banned
    file interpreter/lang/y.c <<<'void *f(void) { return malloc(1); }'
    refuses banned interpreter/lang/y.c:1: 'use an arena'
    file interpreter/lang/y.c <<<'void f(void) { (void)printf("x"); }'
    refuses banned interpreter/lang/y.c:1: 'only cli/ and ui/ print'
}

@test "banned: words in comments, texts and longer names are none" {
    file interpreter/lang/y.c <<'X'
/* strcpy(a) and
   malloc(1) */
static const char *const a = "strcpy(\"x\") // no";
void my_strcpy(void);
void f(struct s *s) { s->system(1); my_strcpy(); }
X
    accepts banned
}

@test "banned: what follows a comment or text on its line is seen" {
    file interpreter/lang/y.c <<<'void f(char *t) { g("\"/*"); /* " */ strcpy(t, t); }'
    refuses banned interpreter/lang/y.c:1: 'without a bound'
}

@test "banned: statics that change" {
    for line in 'static int count;' 'static int count = 0;' 'static const char *name = "x";' \
        '    static char room[10];' 'static const char *names[] = {"a"};'; do
        file interpreter/lang/y.c <<<"$line"
        refuses banned interpreter/lang/y.c:1: 'a static that can change'
    done
    file interpreter/lang/y.c <<'X'
static const int a = 1;
static const char *const names[] = {"a"};
static int f(int x);
static const char *g(void)
{
    static const int b[] = {1};
}
X
    accepts banned
}

@test "banned: comments of another language" {
    file interpreter/lang/y.c <<<'int x; // no'
    refuses banned interpreter/lang/y.c:1: 'comments'
}

@test "sizes: files and functions have an end" {
    yes 'int f(void);' | head -n 600 | file interpreter/lang/y.h
    accepts sizes
    yes 'int f(void);' | head -n 601 | file interpreter/lang/y.h
    refuses sizes interpreter/lang/y.h:601: 'longer than 600 lines'
    {
        printf 'int f(void)\n{\n'
        yes '    g();' | head -n 79
        printf '}\n'
    } | file interpreter/lang/y.h
    refuses sizes interpreter/lang/y.h:2: 'a function of 81 lines'
}

@test "header-alone: a header names what it needs" {
    printf '#pragma once\nbool f(void);\n' | file interpreter/lang/y.h
    refuses header-alone interpreter/lang/y.h:1: 'does not compile alone'
    printf '#include <stdbool.h>\nbool f(void);\n' | file interpreter/lang/y.h
    refuses header-alone interpreter/lang/y.h:1: 'lacks #pragma once'
}

@test "format: the layout is that of clang-format" {
    file interpreter/lang/y.c <<<'int  f ( void ) ;'
    refuses format interpreter/lang/y.c:1: 'clang-format-violations'
}

@test "all: runs each and fails with any" {
    run "$root/.ci/lint/all"
    [ "$status" -eq 0 ]
    file interpreter/lang/y.c <<<'int  f ( void ) ;'
    run "$root/.ci/lint/all"
    [ "$status" -eq 1 ]
    [[ "$output" == *"lint levels: ok"* ]]
    [[ "$output" == *"lint format: FAILED"* ]]
}
