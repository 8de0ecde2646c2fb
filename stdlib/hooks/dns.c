/* Questions of hooks to the DNS. */
#include "stdlib/hooks/channels.h"

#include "base/text.h"
#include "sdk/json.h"

#include <ctype.h>
#include <string.h>

static const char *const types[] = {"A", "AAAA", "CNAME", NULL};

static bool is_type(const char *word, size_t length)
{
    for (size_t i = 0; types[i] != NULL; i++) {
        if (strlen(types[i]) == length && strncmp(types[i], word, length) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_name(const char *name, bool is_pattern)
{
    size_t length = 0;

    for (; name[length] != '\0'; length++) {
        bool is_plain = isalnum((unsigned char)name[length]) || strchr("-._", name[length]) != NULL;

        if (!is_plain && !(is_pattern && name[length] == '*')) {
            return false;
        }
    }
    return length > 0 && length <= 253;
}

static bool check_grant(const char *what, struct sw_error *err)
{
    size_t length = strcspn(what, " ");

    if (!is_type(what, length) || what[length] != ' ' || !is_name(what + length + 1, true)) {
        return sw_fail(err, SW_E_INPUT,
                       "write TYPE NAME, such as 'CNAME files.example'; A, AAAA "
                       "and CNAME can be asked for");
    }
    return true;
}

static bool read_request(const struct sw_value *what, struct sw_arena *arena,
                         struct sw_hook_request *ret_request, struct sw_error *err)
{
    const char *name = sw_as_text(sw_get(what, "name"));
    const char *type = sw_as_text(sw_get(what, "type"));
    struct sw_hook_request out = {0};

    type = type == NULL ? "A" : type;
    if (name == NULL || !is_name(name, false) || !is_type(type, strlen(type))) {
        return sw_fail(err, SW_E_INPUT,
                       "a question to the DNS needs a plain `name` and `type` A, AAAA or CNAME");
    }
    out.summary = sw_format(arena, "%s %s", type, name);
    out.text = out.summary;
    out.is_repeatable = true;
    out.request.method = "GET";
    out.request.url = sw_format(arena, SW_HOOKS_DNS_URL "%s?type=%s", name, type);
    *ret_request = out;
    return true;
}

static bool take(const struct sw_hook_request *request, const struct sw_reply *reply,
                 struct sw_arena *arena, const struct sw_value **ret_answer, struct sw_error *err)
{
    struct sw_builder answer = sw_map_begin(arena);
    const struct sw_value *list = NULL;

    if (reply->status != 200) {
        return sw_fail(err, SW_E_BUSY, "the DNS has no answer to %s: %d", request->summary,
                       reply->status);
    }
    if (!sw_json_read(arena, reply->body, reply->body_length, SW_JSON_PLAIN, &list, err)) {
        return sw_fail_while(err, "the DNS answers %s", request->summary);
    }
    sw_map_put(&answer, "answers", list);
    *ret_answer = sw_built(&answer);
    return true;
}

const struct sw_channel sw_hooks_dns = {
    .name = "dns",
    .doc = "Look a name up.",
    .read = read_request,
    .take = take,
    .check_grant = check_grant,
};
