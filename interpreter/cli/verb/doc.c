/* graph and doc: a runbook for readers. */
#include "ui/doc.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/book/load.h"
#include "cli/verb/verbs.h"
#include "cli/wire.h"
#include "ui/graph.h"

#include <stdio.h>

/* The runbook, or its findings and the exit code. */
static bool load(const struct sw_options *options, struct sw_loaded *loaded, int *ret_code)
{
    struct sw_error err = {0};

    if (!sw_load_runbook(options->operands[0], options->libraries, loaded, &err)) {
        fprintf(stderr, "stepwise: %s\n", err.text);
        *ret_code = SW_EXIT_USAGE;
        return false;
    }
    if (loaded->runbook == NULL) {
        sw_print_findings(loaded);
        sw_loaded_release(loaded);
        *ret_code = SW_EXIT_INVALID;
        return false;
    }
    return true;
}

int sw_cmd_graph(const struct sw_options *options, struct sw_arena *arena)
{
    const char *form = options->output == NULL ? "mermaid" : options->output;
    bool is_dot = sw_text_is(form, "dot");
    struct sw_loaded loaded;
    struct sw_buf out;
    int code = SW_EXIT_DONE;

    (void)arena;
    if (!is_dot && !sw_text_is(form, "mermaid")) {
        fprintf(stderr, "stepwise graph: -o takes mermaid or dot, not '%s'\n", form);
        return SW_EXIT_USAGE;
    }
    if (!load(options, &loaded, &code)) {
        return code;
    }
    sw_buf_init(&out, 16u * SW_LIMIT_FILE_BYTES);
    (is_dot ? sw_graph_dot : sw_graph_mermaid)(&out, loaded.runbook);
    fputs(out.bytes, stdout);
    sw_buf_release(&out);
    sw_loaded_release(&loaded);
    return code;
}

int sw_cmd_doc(const struct sw_options *options, struct sw_arena *arena)
{
    size_t wanted = options->operand_count + options->is_language + options->is_actions;
    struct sw_loaded loaded = {0};
    struct sw_buf out;
    int code = SW_EXIT_DONE;

    (void)arena;
    if (wanted != 1) {
        fprintf(stderr, "usage: stepwise doc RUNBOOK | --language | --actions\n");
        return SW_EXIT_USAGE;
    }
    if (options->operand_count == 1 && !load(options, &loaded, &code)) {
        return code;
    }
    sw_buf_init(&out, 16u * SW_LIMIT_FILE_BYTES);
    if (options->is_language) {
        sw_doc_language(&out);
    } else if (options->is_actions) {
        sw_doc_actions(&out, sw_wire_registry());
    } else {
        sw_doc_runbook(&out, loaded.runbook);
        sw_loaded_release(&loaded);
    }
    fputs(out.bytes, stdout);
    sw_buf_release(&out);
    return code;
}
