#include "stdlib/filesync/names.h"

#include "base/time.h"

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
