/* schema: JSON Schema for editors, made from the tables that the loaders read. */
#include "base/limits.h"
#include "base/text.h"
#include "cli/site.h"
#include "cli/verbs.h"
#include "cli/wire.h"
#include "lang/schema.h"
#include "sdk/json.h"

#include <stdio.h>

int sw_cmd_schema(const struct sw_options *options, struct sw_arena *arena)
{
    static const char *const words[] = {"runbook", "site", "world"};
    const char *word = options->operand_count == 0 ? "runbook" : options->operands[0];
    const struct sw_value *schema = NULL;
    struct sw_buf out;

    if (sw_text_is(word, "runbook")) {
        schema = sw_schema_runbook(sw_wire_registry(), arena);
    } else if (sw_text_is(word, "site")) {
        schema = sw_site_schema(arena);
    } else if (sw_text_is(word, "world")) {
        schema = sw_wire_default_world()->schema(arena);
    } else {
        const char *close = sw_text_closest(word, words, SW_COUNT(words));

        fprintf(stderr, "stepwise schema: there is none of '%s'%s%s%s\n", word,
                close == NULL ? "" : "; did you mean '", close == NULL ? "" : close,
                close == NULL ? "" : "'?");
        return SW_EXIT_USAGE;
    }
    sw_buf_init(&out, SW_LIMIT_REPLY_BYTES);
    sw_json_write_pretty(&out, schema, SW_JSON_PLAIN);
    puts(out.bytes);
    sw_buf_release(&out);
    return SW_EXIT_DONE;
}
