#pragma once
/** @file Reads YAML for the tests; everything lives until bench_close(). */
#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "lang/yaml.h"
#include "sdk/diag.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct bench {
    struct sw_arena *arena;
    struct sw_diags *diags;
    struct sw_source source;
    struct sw_node *root;
};

static inline struct bench bench_read_bytes(const char *bytes, size_t length)
{
    struct bench bench = {.arena = sw_arena_new(), .diags = sw_diags_new()};

    sw_source_from_text(bench.arena, "test.yaml", bytes, length, &bench.source);
    bench.root = sw_yaml_read(&bench.source, bench.arena, bench.diags);
    return bench;
}

static inline struct bench bench_read(const char *text)
{
    return bench_read_bytes(text, strlen(text));
}

static inline void bench_close(struct bench *bench)
{
    sw_diags_free(bench->diags);
    sw_arena_free(bench->arena);
}

/** Whether a finding with this code begins at this place. */
static inline bool bench_has(const struct bench *bench, unsigned code, uint32_t line,
                             uint32_t column)
{
    for (size_t i = 0; i < sw_diags_count(bench->diags); i++) {
        const struct sw_diag *diag = sw_diags_at(bench->diags, i);

        if (diag->code == code && diag->mark.line == line && diag->mark.column == column) {
            return true;
        }
    }
    return false;
}

/** A file, whole. */
static inline void bench_load(const char *path, struct sw_buf *ret_buf)
{
    struct sw_error err = {0};

    sw_buf_init(ret_buf, 8u << 20);
    if (!sw_file_read(path, ret_buf, &err)) {
        fail_msg("%s", err.text);
    }
}

/** Fails unless `text` is refused with exactly one error, this one. */
static inline void refuses(const char *text, unsigned code, uint32_t line, uint32_t column)
{
    struct bench bench = bench_read(text);

    if (bench.root != NULL || sw_diags_error_count(bench.diags) != 1 ||
        !bench_has(&bench, code, line, column)) {
        for (size_t i = 0; i < sw_diags_count(bench.diags); i++) {
            const struct sw_diag *diag = sw_diags_at(bench.diags, i);

            print_error("%u:%u SW%04u %s\n", diag->mark.line, diag->mark.column, diag->code,
                        diag->text);
        }
        fail_msg("'%s' should give just SW%04u at %u:%u", text, code, line, column);
    }
    bench_close(&bench);
}

/** Fails unless `text` is read without any finding. */
static inline void accepts(const char *text)
{
    struct bench bench = bench_read(text);

    if (bench.root == NULL || sw_diags_count(bench.diags) != 0) {
        const struct sw_diag *diag = sw_diags_at(bench.diags, 0);

        fail_msg("'%s': SW%04u at %u:%u %s", text, diag->code, diag->mark.line, diag->mark.column,
                 diag->text);
    }
    bench_close(&bench);
}
