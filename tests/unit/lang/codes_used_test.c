/* Codes are plain numbers in the sources, some in enums, some passed through functions. So this
 * reads the sources: in each file that can add a finding, every number of three digits must have a
 * row, and every row must be such a number somewhere. */
#include "lang/codes.h"

#include "base/arena.h"
#include "lang/source.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define CODES 1000

struct scan {
    struct sw_arena *arena;
    const char *seen[CODES]; /* file where a number stands; or NULL */
};

/* Numbers that are no codes, beside the sizes of arrays: percent, an HTTP status, the end of an
 * enum. */
static bool is_other_number(unsigned number)
{
    return number == 100 || number == 139 || number == 200 || number == 300 || number == 400 ||
           number == 599;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.';
}

/* Behind a comment, a text or a character that begins at `at`; `at` where none begins. */
static const char *skip_quoted(const char *at)
{
    if (at[0] == '/' && at[1] == '*') {
        const char *end = strstr(at + 2, "*/");

        return end == NULL ? at + strlen(at) : end + 2;
    }
    if (*at == '"' || *at == '\'') {
        char quote = *at++;

        while (*at != '\0' && *at != quote) {
            at += *at == '\\' && at[1] != '\0' ? 2 : 1;
        }
        return *at == '\0' ? at : at + 1;
    }
    return at;
}

static void scan_text(struct scan *scan, const char *file, const char *at)
{
    for (char last = '\0'; *at != '\0';) {
        const char *behind = skip_quoted(at);
        size_t length = 0;

        while (is_word(behind[length])) {
            length++;
        }
        if (behind == at && last != '[' && length == 3 && strspn(at, "0123456789") == 3 &&
            at[0] != '0') {
            scan->seen[(at[0] - '0') * 100 + (at[1] - '0') * 10 + (at[2] - '0')] = file;
        }
        last = *at;
        at = behind > at ? behind : at + (length == 0 ? 1 : length);
    }
}

/* Can this file add a finding? These are the ways to one. */
static bool can_find(const char *text)
{
    static const char *const ways[] = {"diags",          "unsigned code",   "sw_yaml_find(",
                                       "sw_expr_find(",  "sw_expr_syntax(", "sw_load_unknown(",
                                       "sw_fs_complain("};

    for (size_t i = 0; i < SW_COUNT(ways); i++) {
        if (strstr(text, ways[i]) != NULL) {
            return true;
        }
    }
    return false;
}

static void scan_folder(struct scan *scan, const char *folder)
{
    DIR *open = opendir(folder);

    assert_non_null(open);
    for (const struct dirent *entry = NULL; (entry = readdir(open)) != NULL;) {
        const char *path = sw_format(scan->arena, "%s/%s", folder, entry->d_name);
        const char *end = strrchr(entry->d_name, '.');
        struct stat about;
        struct sw_source source;
        struct sw_error err = {0};

        if (entry->d_name[0] == '.' || stat(path, &about) != 0) {
            continue;
        }
        if (S_ISDIR(about.st_mode)) {
            scan_folder(scan, path);
        } else if (end != NULL && (strcmp(end, ".c") == 0 || strcmp(end, ".h") == 0)) {
            assert_true(sw_source_read(scan->arena, path, (size_t)1024 * 1024, &source, &err));
            if (can_find(source.bytes)) {
                scan_text(scan, path, source.bytes);
            }
        }
    }
    (void)closedir(open);
}

static void set_up(struct scan *scan)
{
    *scan = (struct scan){.arena = sw_arena_new()};
    scan_folder(scan, SW_SOURCE_DIR "/interpreter");
    scan_folder(scan, SW_SOURCE_DIR "/stdlib");
}

static void every_code_in_the_sources_has_a_row(void **state)
{
    (void)state;
    struct scan scan;

    set_up(&scan);
    assert_non_null(scan.seen[130]);
    for (unsigned code = 101; code < CODES; code++) {
        if (scan.seen[code] != NULL && !is_other_number(code) && sw_code_doc(code) == NULL) {
            fail_msg("%s: SW%04u has no row in codes_*.def", scan.seen[code], code);
        }
    }
    sw_arena_free(scan.arena);
}

static void every_row_is_used_in_the_sources(void **state)
{
    (void)state;
    struct scan scan;

    set_up(&scan);
    for (const struct sw_code_doc *row = sw_code_docs(); row->code != 0; row++) {
        if (scan.seen[row->code] == NULL) {
            fail_msg("nothing ever says SW%04u", row->code);
        }
    }
    sw_arena_free(scan.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_in_the_sources_has_a_row),
        cmocka_unit_test(every_row_is_used_in_the_sources),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
