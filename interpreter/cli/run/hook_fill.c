#include "cli/run/hook_fill.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/text.h"

#include <string.h>

bool sw_hook_fill(const struct sw_site *site, struct sw_redact *redact, const char *text,
                  struct sw_arena *arena, const char **ret_text, struct sw_error *err)
{
    static const char begin[] = "{{secret:";
    struct sw_buf out;
    bool is_fine = true;

    sw_buf_init(&out, SW_LIMIT_FILE_BYTES);
    for (const char *at = text; is_fine && *at != '\0';) {
        const struct sw_site_secret *secret = NULL;
        const char *value = NULL;
        const char *end = strncmp(at, begin, sizeof begin - 1) == 0 ? strstr(at, "}}") : NULL;

        if (end == NULL) {
            sw_buf_add_char(&out, *at++);
            continue;
        }
        const char *name =
            sw_copy(arena, at + sizeof begin - 1, (size_t)(end - at) - (sizeof begin - 1));

        for (size_t i = 0; i < site->secret_count; i++) {
            if (sw_text_is(site->secrets[i].name, name)) {
                secret = &site->secrets[i];
            }
        }
        is_fine = secret != NULL ? sw_secret_read(&secret->secret, arena, &value, err)
                                 : sw_fail(err, SW_E_INPUT,
                                           "the site file has no secret '%s' for a hook", name);
        if (value != NULL) {
            sw_redact_learn(redact, value);
        }
        sw_buf_add_text(&out, value == NULL ? "" : value);
        at = end + 2;
    }
    *ret_text = sw_copy(arena, out.bytes, out.length);
    sw_buf_release(&out);
    if (!is_fine) {
        err->code = SW_E_UNREACHABLE; /* nothing has left: for a change, that is what counts */
    }
    return is_fine;
}
