#pragma once
/**
 * @file Tables of keys for the world file: one row is the name, the form, the default and the
 * bounds of a key, so that unknown keys, defaults and messages come from one place.
 */
#include "stdlib/filesync/world/config.h"

enum sw_fs_form {
    SW_FS_FORM_TEXT,   /**< const char * */
    SW_FS_FORM_PATH,   /**< const char *: a Windows path with a drive */
    SW_FS_FORM_TIME,   /**< int64_t, ns */
    SW_FS_FORM_SPAN,   /**< int64_t, ns; a leading '-' where `least` is negative */
    SW_FS_FORM_LASTS,  /**< int64_t, ns; or `forever` */
    SW_FS_FORM_SIZE,   /**< int64_t, bytes */
    SW_FS_FORM_COUNT,  /**< int64_t */
    SW_FS_FORM_CODE,   /**< int64_t: HRESULT as signed decimal or 0x..., kept as signed 32 bits */
    SW_FS_FORM_FLAG,   /**< bool: true, false, on, off, yes, no */
    SW_FS_FORM_ANCHOR, /**< struct sw_fs_anchor: `40m`, `vss+10m`, ... */
    SW_FS_FORM_OTHER,  /**< a section or list, read by its own function */
};

struct sw_fs_key {
    const char *name; /**< NULL ends a table */
    enum sw_fs_form form;
    size_t at;           /**< offset in the struct that is filled */
    const char *preset;  /**< as it would be written; NULL: the key is needed */
    int64_t least, most; /**< bounds; both 0: none but that durations are not negative */
};

/** A part of the file: the top level, a section, a list of maps, or one kind of trouble. */
struct sw_fs_part {
    const char *name; /**< NULL ends the list; "" is the top level */
    const struct sw_fs_key *keys;
    bool is_list, is_trouble; /**< of a trouble the name is its `what` */
};

/** All parts that sw_fs_config_read() reads by tables, in the arena. */
const struct sw_fs_part *sw_fs_config_parts(struct sw_arena *arena);

/** The same as JSON Schema (schema.c). */
const struct sw_value *sw_fs_config_schema(struct sw_arena *arena);

struct sw_fs_reader {
    struct sw_arena *arena;
    struct sw_diags *diags;
    bool has_failed;
};

/**
 * Fill `into` from a map: presets first, then what is written; unknown keys are findings.
 *
 * @param map NULL: the section is not there, presets only
 * @param where how messages call the map, e.g. "server"
 */
void sw_fs_read_keys(struct sw_fs_reader *reader, const struct sw_value *map,
                     const struct sw_fs_key *keys, const char *where, void *into);

/** Add an error at a value's mark. */
void sw_fs_complain(struct sw_fs_reader *reader, unsigned code, const struct sw_value *at,
                    const char *fmt, ...) SW_PRINTF(4, 5);

struct sw_mark sw_fs_mark_of(const struct sw_value *value);

/** Endpoints of one server: each with a name, a group, a share and a volume that is its alone
 * (guests.c). */
void sw_fs_check_guests(struct sw_fs_reader *reader, const struct sw_value *file,
                        const struct sw_fs_config *config);
