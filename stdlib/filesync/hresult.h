#pragma once
/**
 * @file What the sync agent's result codes mean, and whether waiting helps.
 *
 * @source windows.md, "HRESULTs: wait versus stop" (the vendor's "Remediation required" column)
 */
#include "base/arena.h"

#include <stdint.h>

#define SW_HRESULT_OK INT64_C(0)
#define SW_HRESULT_CANCELLED_BY_VSS INT64_C(0x80c8029c)

enum sw_hresult_class {
    SW_HRESULT_WAIT, /**< heals by itself, or is not known: keep waiting */
    SW_HRESULT_STOP, /**< a person must repair something first */
};

struct sw_hresult {
    int64_t code; /**< 0 to 0xFFFFFFFF */
    enum sw_hresult_class kind;
    const char *meaning; /**< half a sentence: "the Azure file share is full" */
    const char *remedy;  /**< what to do; NULL: nothing but wait */
};

/** @return NULL: not in the table (wait, and show the code) */
const struct sw_hresult *sw_hresult_find(int64_t code);

/** "0x80c8305f" */
const char *sw_hresult_hex(struct sw_arena *arena, int64_t code);
/** Half a sentence, also for codes that are not in the table. */
const char *sw_hresult_meaning(int64_t code);

/** "0x80c8305f (the Azure file share can't be reached)" */
const char *sw_hresult_text(struct sw_arena *arena, int64_t code);
