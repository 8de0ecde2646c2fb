#include "stdlib/windows/script.h"

static struct sw_call call_of(const char *name, const struct sw_value *args)
{
    return (struct sw_call){.kind = "script", .op = name, .path = "", .args = args};
}

struct sw_look sw_script_look(const char *name, const struct sw_value *args)
{
    return (struct sw_look){.call = call_of(name, args)};
}

struct sw_act sw_script_act(const char *name, const struct sw_value *args)
{
    return (struct sw_act){.call = call_of(name, args)};
}
