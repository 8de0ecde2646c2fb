#include "lang/reference.h"

#include "base/arena.h"
#include "base/text.h"
#include "lang/expr_internal.h"

static const struct {
    const char *name, *doc;
} functions[] = {
    {"if", "`a` when the condition is true, `b` when it is false."},
    {"any", "Is the condition true for one item at least? `x` is the item."},
    {"all", "Is the condition true for every item? True for a list without items."},
    {"count", "For how many items the condition is true."},
    {"len", "How many items a list has."},
    {"lower", "The text in small ASCII letters."},
    {"upper", "The text in capital ASCII letters."},
    {"trim", "The text without white space at both ends."},
    {"contains", "Is the part in the text? Paths, hosts and ids compare without case."},
    {"starts_with", "Does the text begin with the part?"},
    {"ends_with", "Does the text end with the part?"},
    {"matches", "Does the pattern match all of the text? The pattern is a literal."},
    {"min", "The smallest of its arguments, or of one list."},
    {"max", "The largest of its arguments, or of one list."},
    {"string", "The value as text, as it would stand in a sentence."},
    {"is_null", "Did the peer not say? The only way to ask for null."},
    {"default", "The value, or `instead` when it is null. Not in a condition."},
    {"age", "How long ago, by the clock that the time came from."},
    {"outcome", "With which outcome the step last ended."},
    {"choice", "What people chose at the step."},
};

const struct sw_reference_row *sw_reference_functions(struct sw_arena *arena)
{
    size_t count = 0;

    while (sw_expr_functions[count].name != NULL) {
        count++;
    }
    struct sw_reference_row *rows = sw_alloc_array(arena, count + 1, sizeof *rows);

    for (size_t i = 0; i < count; i++) {
        rows[i] = (struct sw_reference_row){.name = sw_expr_functions[i].name,
                                            .usage = sw_expr_functions[i].usage};
        for (size_t n = 0; n < SW_COUNT(functions); n++) {
            rows[i].doc =
                sw_text_is(functions[n].name, rows[i].name) ? functions[n].doc : rows[i].doc;
        }
    }
    return rows;
}

const struct sw_reference_row *sw_reference_operators(void)
{
    static const struct sw_reference_row rows[] = {
        {"or", "a or b",
         "True when one is; binds loosest. Unknown stays unknown unless one is true."},
        {"and", "a and b", "True when both are. Unknown stays unknown unless one is false."},
        {"not", "not a", "The opposite; of unknown it is unknown."},
        {"==", "a == b", "The same value; of paths, hosts, guids and resource ids without case."},
        {"!=", "a != b", "Not the same value."},
        {"<", "a < b", "Orders numbers, versions, durations, sizes and times."},
        {"<=", "a <= b", "Smaller or the same."},
        {">", "a > b", "Larger."},
        {">=", "a >= b", "Larger or the same."},
        {"in", "a in list", "Is it an item of the list?"},
        {"+", "a + b", "Numbers, durations, sizes; a time and a duration."},
        {"-", "a - b", "The same; a time minus a time is a duration."},
        {"*", "a * b", "Numbers; a duration or a size times a number."},
        {"/", "a / b", "Numbers; a duration or a size over a number. By zero it is null."},
        {NULL, NULL, NULL},
    };
    return rows;
}

const struct sw_reference_row *sw_reference_types(void)
{
    static const struct sw_reference_row rows[] = {
        {"bool", "true", "`true` or `false`; `yes`, `on` and `1` are none."},
        {"int", "12", "A whole number without leading zeros, 64 bits."},
        {"float", "1.5", "A number."},
        {"percent", "20%", "A percentage."},
        {"string", "Team", "Text."},
        {"enum", "migrate", "One of the words in `values`."},
        {"version", "17.2.0.0", "Numbers with dots; compared number by number."},
        {"duration", "1h30m", "ms s m h d w; a bare number is none."},
        {"size", "20GiB", "B KiB MiB GiB TiB."},
        {"time", "2026-11-20T19:00:00Z", "A point in time with its zone, and whose clock told it."},
        {"path", "/srv/x", "A path on this machine."},
        {"win_path", "D:\\Shares\\Team", "A path with a drive; compared without case."},
        {"unc_path", "\\\\fs01\\team", "A path on a host; compared without case."},
        {"host", "fs01.contoso.example", "A host name; compared without case."},
        {"url", "https://contoso.example/x", "An address on the web."},
        {"guid", "5f0c9a52-1d0b-4a53-9d53-4f5c6f0f7a10", "A GUID; compared without case."},
        {"resource_id", "/subscriptions/...", "The id of a resource; compared without case."},
        {"list", "[a, b]", "Items of the type in `of`."},
        {"map", "{ a: 1 }", "Names, each with a value of the type in `of`."},
        {"object", "facts.share", "Fixed names, each with its own type."},
        {"secret", "{ secret: name }", "Named, never written; shown nowhere."},
        {"listing", "steps.leftovers.files", "What would be lost: count, bytes, newest, names."},
        {"mark", "-", "A place in a log of the target itself."},
        {NULL, NULL, NULL},
    };
    return rows;
}

const struct sw_reference_row *sw_reference_roots(void)
{
    static const struct sw_reference_row rows[] = {
        {"params", "params.reason", "What the run was given."},
        {"facts", "facts.endpoint.path", "What was read before the first step."},
        {"steps", "steps.look.used", "Outputs of the last finished visit of a step."},
        {"run", "run.id", "The run itself."},
        {"targets", "targets.server.host", "Settings of a target."},
        {"each", "each.name", "The item of a `call` with `each`."},
        {"result", "result.used", "This step's own outputs, in `ensure`."},
        {NULL, NULL, NULL},
    };
    return rows;
}

const struct sw_reference_row *sw_reference_outcomes(void)
{
    static const struct sw_reference_row rows[] = {
        {"ok", "next: STEP", "Done; falls through to the step below unless it is mapped."},
        {"failed", "failed: STEP",
         "An error after all retries, an `ensure` or `assert` that does not hold, or an approval "
         "that was refused; parks unless it is mapped."},
        {"timeout", "timeout: STEP", "Of a `wait`: no other outcome within its `timeout`."},
        {"evidence_lost", "evidence_lost: STEP",
         "Of a `wait` that reads a log: the log does not reach back any more."},
        {NULL, NULL, NULL},
    };
    return rows;
}
