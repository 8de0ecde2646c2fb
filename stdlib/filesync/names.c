#include "stdlib/filesync/names.h"

#include "base/time.h"

#include <string.h>

const char *sw_endpoint_path(const struct sw_view *view)
{
    return sw_subject_text(view, "path");
}

const char *sw_endpoint_sync_group(const struct sw_view *view)
{
    return sw_subject_text(view, "sync_group");
}

const struct sw_value *sw_path_args(struct sw_arena *arena, const char *path)
{
    struct sw_builder args = sw_map_begin(arena);

    sw_map_put_text(&args, "path", path);
    return sw_built(&args);
}

bool sw_script_time(const struct sw_value *value, int64_t *ret_ns)
{
    struct sw_error ignored = {0};
    const char *text = sw_as_text(value);

    return text != NULL && sw_time_parse(text, ret_ns, &ignored);
}

const char *sw_count_text(struct sw_arena *arena, int64_t count, const char *one, const char *many)
{
    const char *digits = sw_format(arena, "%lld", (long long)count);
    size_t length = strlen(digits);
    char *text = sw_alloc(arena, length + length / 3 + 1);
    size_t at = 0;

    for (size_t i = 0; i < length; i++) {
        if (i > 0 && digits[i - 1] != '-' && (length - i) % 3 == 0) {
            text[at++] = ',';
        }
        text[at++] = digits[i];
    }
    text[at] = '\0';
    const char *noun = count == 1 ? one : many;
    return sw_format(arena, "%s%s%s", text, noun[0] == '\0' ? "" : " ", noun);
}

const char *sw_unread_text(struct sw_arena *arena, const struct sw_value *unread, int64_t count)
{
    const char *first = sw_as_text(sw_list_at(unread, 0));
    const char *others =
        count > 1 ? sw_format(arena, " and %s",
                              sw_count_text(arena, count - 1, "more folder", "more folders"))
                  : "";

    return first == NULL ? sw_format(arena, "%s could not be read",
                                     sw_count_text(arena, count, "folder", "folders"))
                         : sw_format(arena, "'%s'%s could not be read", first, others);
}
