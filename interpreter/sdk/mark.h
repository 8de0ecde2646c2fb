#pragma once
/** @file Where an author wrote something. Lines and columns count from 1; columns count characters.
 */
#include <stddef.h>
#include <stdint.h>

struct sw_mark {
    const char *file; /**< as given on the command line; outlives every mark */
    uint32_t line;    /**< 0 = nowhere */
    uint32_t column;
    uint32_t length; /**< characters to underline, at least 1 */
    size_t offset;   /**< byte offset in the file */
};
