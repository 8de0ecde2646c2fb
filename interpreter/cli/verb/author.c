/* For authors: actions, version. */
#include "base/limits.h"
#include "base/text.h"
#include "cli/site/site.h"
#include "cli/verb/verbs.h"
#include "cli/wire.h"
#include "ui/findings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *effect_word(const struct sw_action *action)
{
    switch (action->effect) {
    case SW_EFFECT_READ:
        return action->is_wait ? "wait" : "read";
    case SW_EFFECT_REVERSIBLE:
        return "reversible";
    case SW_EFFECT_IRREVERSIBLE:
        return "IRREVERSIBLE";
    }
    return "";
}

void sw_print_fields(struct sw_arena *arena, const char *title, const struct sw_field *fields)
{
    if (fields == NULL || fields->name == NULL) {
        return;
    }
    printf("%s\n", title);
    for (; fields->name != NULL; fields++) {
        printf("  %-30s %-16s %s%s\n", fields->name, sw_type_text(arena, fields->type),
               (fields->flags & SW_FIELD_REQUIRED) != 0 ? "(required) " : "", fields->doc);
    }
}

void sw_print_action(struct sw_arena *arena, const struct sw_action *action)
{
    printf("%s (%s, on a %s)\n  %s\n", action->name, effect_word(action),
           action->target_kind == NULL ? "-" : action->target_kind, action->doc);
    sw_print_fields(arena, "Inputs", action->inputs);
    sw_print_fields(arena, "Outputs", action->outputs);
    for (const struct sw_outcome_doc *row = action->outcomes; row != NULL && row->name != NULL;
         row++) {
        printf("%s  %-14s %s\n", row == action->outcomes ? "Outcomes\n" : "", row->name, row->doc);
    }
    for (const struct sw_yield *row = action->yields; row != NULL && row->evidence != NULL; row++) {
        printf("%s  %s, when it ends with '%s'\n", row == action->yields ? "Yields\n" : "",
               row->evidence, row->outcome);
    }
    for (size_t i = 0; i < action->need_count; i++) {
        printf("%s", i == 0 ? "Needs one of\n  " : "  ");
        for (const char *const *name = action->needs[i].evidence; *name != NULL; name++) {
            printf("%s%s", name == action->needs[i].evidence ? "" : " and ", *name);
        }
        printf("\n");
    }
    for (const char *const *line = action->example; line != NULL && *line != NULL; line++) {
        printf("%s  %s\n", line == action->example ? "Example\n" : "", *line);
    }
    printf("Source\n  %s\n", action->source);
}

int sw_cmd_actions(const struct sw_options *options, struct sw_arena *arena)
{
    const struct sw_registry *registry = sw_wire_registry();

    if (options->operand_count == 1) {
        const struct sw_action *action = sw_registry_action(registry, options->operands[0]);
        size_t count = 0;

        if (action == NULL) {
            const char *const *names = sw_registry_action_names(registry, arena, &count);
            const char *close = sw_text_closest(options->operands[0], names, count);

            fprintf(stderr, "stepwise actions: there is no action '%s'%s%s%s\n",
                    options->operands[0], close == NULL ? "" : "; did you mean '",
                    close == NULL ? "" : close, close == NULL ? "" : "'?");
            return SW_EXIT_USAGE;
        }
        sw_print_action(arena, action);
        return SW_EXIT_DONE;
    }
    for (const struct sw_pack *const *pack = registry->packs; *pack != NULL; pack++) {
        const struct sw_action *const *row = (*pack)->actions;

        for (; row != NULL && *row != NULL; row++) {
            printf("%-32s %-13s %s\n", (*row)->name, effect_word(*row), (*row)->doc);
        }
    }
    return SW_EXIT_DONE;
}

int sw_cmd_version(const struct sw_options *options, struct sw_arena *arena)
{
    (void)options;
    (void)arena;
    printf("stepwise %s, language 1\n", SW_VERSION);
    return SW_EXIT_DONE;
}
