/* __man: manual pages in roff, made from the tables; the build installs them. */
#include "base/text.h"
#include "cli/verb/help.h"
#include "lang/keys.h"
#include "lang/reference.h"

#include <stdio.h>

/* Text of ours in roff: a backslash and a leading dot or quote mean something there. */
static void put(const char *text)
{
    bool is_first = true;

    for (; *text != '\0'; text++) {
        if (is_first && (*text == '.' || *text == '\'')) {
            fputs("\\&", stdout);
        }
        if (*text == '\\') {
            fputs("\\e", stdout);
        } else if (*text == '-') {
            fputs("\\-", stdout);
        } else {
            putchar(*text);
        }
        is_first = *text == '\n';
    }
}

static void item(const char *term, const char *more)
{
    fputs(".TP\n.B ", stdout);
    put(term);
    putchar('\n');
    put(more);
    putchar('\n');
}

static void options_of(const struct sw_verb_row *verb)
{
    for (const struct sw_option_row *row = sw_option_rows(); row->name != NULL; row++) {
        if (row->bit == 0 || (row->bit & verb->options) == 0) {
            continue;
        }
        fputs(".RS\n.TP\n.B ", stdout);
        put(row->name);
        if (row->other != NULL) {
            fputs(", ", stdout);
            put(row->other);
        }
        if (row->value != NULL) {
            putchar(' ');
            put(row->value);
        }
        putchar('\n');
        put(row->doc);
        fputs("\n.RE\n", stdout);
    }
}

static void page_1(const struct sw_verb_row *verbs, struct sw_arena *arena)
{
    printf(".TH STEPWISE 1 \"2026-11-23\" \"stepwise %s\" \"User Commands\"\n", SW_VERSION);
    fputs(".SH NAME\nstepwise \\- run written procedures on storage systems\n"
          ".SH SYNOPSIS\n.B stepwise\n.I command\n.RI [ options ]\n.RI [ operands ]\n"
          ".SH DESCRIPTION\nstepwise runs written procedures, called runbooks: it proves them "
          "safe, previews them, runs them durably, asks people where a person must decide, and "
          "leaves evidence.\n"
          "The language of runbooks is described in\n.BR stepwise\\-runbook (5).\n"
          ".SH COMMANDS\n",
          stdout);
    for (; verbs->name != NULL; verbs++) {
        if (verbs->name[0] != '_') {
            item(sw_format(arena, "%s %s", verbs->name, verbs->operands), verbs->doc);
            options_of(verbs);
        }
    }
    fputs(".SH OPTIONS\nEvery command takes these.\n", stdout);
    for (const struct sw_option_row *row = sw_option_rows(); row->name != NULL; row++) {
        if (row->bit == 0) {
            item(sw_format(arena, "%s, %s", row->name, row->other), row->doc);
        }
    }
    fputs(".SH EXIT STATUS\n", stdout);
    for (const struct sw_exit_row *row = sw_help_exits(); row->doc != NULL; row++) {
        item(sw_format(arena, "%d", row->code), sw_format(arena, "%s. %s", row->doc, row->more));
    }
    fputs(".SH ENVIRONMENT\n", stdout);
    item("STEPWISE_PARAM_name", "A parameter; a flag is stronger.");
    item("STEPWISE_STATE", "Where the journals lie, as with --state.");
    item("STEPWISE_LIBRARY", "Folders of other runbooks, with colons between them.");
    item("NO_COLOR", "No colours.");
    fputs(".SH SEE ALSO\n.BR stepwise\\-runbook (5)\n", stdout);
}

static void keys_of(const char *title, const struct sw_key_table *table)
{
    fputs(".SS ", stdout);
    put(title);
    putchar('\n');
    for (const struct sw_key *key = table->keys; key->name != NULL; key++) {
        item(key->name, key->doc);
    }
}

static void rows_of(const char *title, const struct sw_reference_row *rows)
{
    fputs(".SH ", stdout);
    put(title);
    putchar('\n');
    for (; rows->name != NULL; rows++) {
        item(rows->usage, rows->doc);
    }
}

static void page_5(struct sw_arena *arena)
{
    printf(".TH STEPWISE\\-RUNBOOK 5 \"2026-11-23\" \"stepwise %s\" \"File Formats\"\n",
           SW_VERSION);
    fputs(".SH NAME\nstepwise\\-runbook \\- the language of runbooks\n"
          ".SH DESCRIPTION\nA runbook is a file of strict YAML: UTF\\-8, one document, no anchors, "
          "no tags, no key twice.\nKeys that begin with x\\- are notes of your own; any other "
          "unknown key is an error.\n"
          ".SH KEYS\n",
          stdout);
    keys_of("The top level", &sw_keys_top);
    keys_of("A parameter", &sw_keys_param);
    keys_of("A target", &sw_keys_target);
    keys_of("A fact", &sw_keys_fact);
    keys_of("A row of require", &sw_keys_require);
    keys_of("A step", &sw_keys_step);
    keys_of("An arrow", &sw_keys_arrow);
    keys_of("A row of branch", &sw_keys_branch);
    keys_of("A row of ensure", &sw_keys_ensure);
    keys_of("A choice", &sw_keys_choice);
    keys_of("A row of show", &sw_keys_show);
    keys_of("expires", &sw_keys_expires);
    keys_of("poll", &sw_keys_poll);
    keys_of("retry", &sw_keys_retry);
    keys_of("edge", &sw_keys_edge);
    keys_of("approve", &sw_keys_approve);
    keys_of("window", &sw_keys_window);
    keys_of("A row of change", &sw_keys_change);
    rows_of("OUTCOMES", sw_reference_outcomes());
    rows_of("OPERATORS", sw_reference_operators());
    rows_of("FUNCTIONS", sw_reference_functions(arena));
    fputs(".SH TYPES\n", stdout);
    for (const struct sw_reference_row *row = sw_reference_types(); row->name != NULL; row++) {
        item(row->name, row->doc);
    }
    fputs(".SH SEE ALSO\n.BR stepwise (1)\n", stdout);
}

int sw_cmd_man(const struct sw_options *options, struct sw_arena *arena)
{
    if (sw_text_is(options->operands[0], "stepwise.1")) {
        page_1(options->verbs, arena);
    } else if (sw_text_is(options->operands[0], "stepwise-runbook.5")) {
        page_5(arena);
    } else {
        fprintf(stderr, "stepwise __man: stepwise.1 or stepwise-runbook.5\n");
        return SW_EXIT_USAGE;
    }
    return SW_EXIT_DONE;
}
