/** @file Scalars: find `${ }`, compile what is in it, fill it in. */
#include "base/buf.h"
#include "base/text.h"
#include "lang/template_internal.h"

#include <string.h>

static struct sw_template *template_new(struct sw_template_job *job, const struct sw_node *node,
                                        enum sw_template_form form, const struct sw_type *expected)
{
    struct sw_template *template = sw_alloc(job->arena, sizeof *template);

    template->form = form;
    template->mark = node->mark;
    template->expected = expected;
    template->type = expected != NULL ? expected : &sw_type_string;
    return template;
}

static bool is_open(const struct sw_type *type)
{
    return type == NULL || type->kind == SW_T_ANY;
}

/* Literals. */

/** Does `text` read the same as one of these, in lower, upper or title case? */
static bool is_yaml_word(const char *text)
{
    static const char *const words[] = {"y",   "yes",  "n",     "no",   "on",
                                        "off", "true", "false", "null", "~"};

    for (size_t i = 0; i < SW_COUNT(words); i++) {
        if (sw_text_is_folded(words[i], text)) {
            return true;
        }
    }
    return false;
}

/** 010, 0x1F, 1:30: numbers to other readers of YAML. */
static bool is_yaml_number(const char *text)
{
    size_t digits = strspn(text, "0123456789");

    if (digits == 0) {
        return false;
    }
    if (text[0] == '0' && digits > 1 && text[digits] == '\0') {
        return true;
    }
    if (text[0] == '0' && digits == 1 && (text[1] == 'x' || text[1] == 'o')) {
        return text[2] != '\0' && strspn(text + 2, "0123456789abcdefABCDEF") == strlen(text + 2);
    }
    return text[digits] == ':' && text[digits + 1] != '\0' &&
           strspn(text + digits, "0123456789:") == strlen(text + digits);
}

static void warn_plain(struct sw_template_job *job, const struct sw_node *scalar)
{
    if (scalar->style != SW_STYLE_PLAIN ||
        (!is_yaml_word(scalar->text) && !is_yaml_number(scalar->text))) {
        return;
    }

    struct sw_diag *diag = sw_diag_add(
        job->diags, SW_WARNING, 214, scalar->mark,
        "'%s' is text here, but other readers of YAML take it for something else", scalar->text);

    sw_diag_hint(job->diags, diag, "quote it: '%s'", scalar->text);
}

static struct sw_template *literal_fails(struct sw_template_job *job, const struct sw_node *scalar,
                                         const struct sw_type *expected, const char *why)
{
    size_t count = 0;

    if (expected->kind == SW_T_ENUM) {
        why = sw_format(job->arena, "'%s' is no value of %s", scalar->text,
                        sw_type_text(job->arena, expected));
    }

    struct sw_diag *diag = sw_diag_add(job->diags, SW_ERROR, 320, scalar->mark, "%s", why);

    while (expected->kind == SW_T_ENUM && expected->values != NULL &&
           expected->values[count] != NULL) {
        count++;
    }

    const char *close = count > 0 ? sw_text_closest(scalar->text, expected->values, count) : NULL;

    if (close != NULL) {
        sw_diag_hint(job->diags, diag, "did you mean '%s'?", close);
    }
    return NULL;
}

/** Types that no scalar can spell. */
static bool is_spelled(const struct sw_type *type)
{
    return type->kind != SW_T_LIST && type->kind != SW_T_MAP && type->kind != SW_T_OBJECT &&
           !sw_expr_is_opaque(type);
}

static struct sw_template *literal(struct sw_template_job *job, const struct sw_node *scalar,
                                   const struct sw_type *expected, const char *text)
{
    struct sw_template *template = template_new(job, scalar, SW_TEMPLATE_LITERAL, expected);
    const struct sw_value *value = NULL;
    struct sw_error err = {0};

    if (is_open(expected) || expected->kind == SW_T_STRING) {
        if (expected != NULL) { /* who expects nothing has asked for text, and warns itself */
            warn_plain(job, scalar);
        }
        template->type = &sw_type_string;
        value = sw_text(job->arena, text);
    } else if (!is_spelled(expected)) {
        return literal_fails(job, scalar, expected,
                             sw_format(job->arena, "this is text, but %s is wanted here",
                                       sw_type_text(job->arena, expected)));
    } else if (!sw_type_parse(expected, text, job->arena, &value, &err)) {
        return literal_fails(job, scalar, expected, err.text);
    }
    template->value = sw_with_mark(job->arena, value, &template->mark);
    return template;
}

/* `${ }`. */

/** The brace that ends an expression: one outside of its quotes. @return length when there is none
 */
static size_t expression_end(const struct sw_node *scalar, size_t from)
{
    char quote = '\0';

    for (size_t i = from; i < scalar->length; i++) {
        char c = scalar->text[i];

        if (quote != '\0') {
            if (c == quote) {
                quote = '\0';
            }
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == '}') {
            return i;
        }
    }
    return scalar->length;
}

static void add_part(struct sw_template_job *job, struct sw_template *template, const char *text,
                     struct sw_expr *expr)
{
    template->parts = sw_grow(job->arena, template->parts, template->part_count,
                              &template->part_capacity, sizeof *template->parts);
    template->parts[template->part_count] = (struct sw_template_part){text, expr};
    template->part_count++;
}

static void add_text(struct sw_template_job *job, struct sw_template *template,
                     const struct sw_node *scalar, size_t from, size_t to)
{
    if (to > from) {
        add_part(job, template, sw_copy(job->arena, scalar->text + from, to - from), NULL);
    }
}

static bool begins(const struct sw_node *scalar, size_t at, const char *sign)
{
    size_t length = strlen(sign);

    return at + length <= scalar->length && memcmp(scalar->text + at, sign, length) == 0;
}

/**
 * Compile the expression whose `${` stands at `at`.
 *
 * @return where the text goes on; 0 when its end cannot be found
 */
static size_t add_expression(struct sw_expr_job *job, struct sw_template_job *owner,
                             struct sw_template *template, const struct sw_node *scalar, size_t at,
                             bool *ret_is_fine)
{
    size_t end = expression_end(scalar, at + 2);

    if (end == scalar->length) {
        struct sw_diag *diag =
            sw_diag_add(job->diags, SW_ERROR, 324, sw_expr_place_mark(job->place, at, 2),
                        "'${' is not closed by '}'");

        sw_diag_hint(job->diags, diag, "write '$${' for the characters themselves");
        *ret_is_fine = false;
        return 0;
    }

    struct sw_expr *expr = sw_expr_compile_part(job, at + 2, end - at - 2);

    if (expr == NULL) {
        *ret_is_fine = false;
    } else {
        add_part(owner, template, NULL, expr);
    }
    return end + 1;
}

/** Text made of pieces fits where text is wanted; what it says is checked when it is filled in. */
static bool takes_pieces(const struct sw_type *expected)
{
    return is_open(expected) || (sw_expr_is_text(expected) && expected->kind != SW_T_ENUM);
}

static struct sw_template *compile(struct sw_template_job *job, const struct sw_node *scalar,
                                   const struct sw_type *expected, bool is_whole)
{
    struct sw_expr_place place = sw_expr_place_of(scalar);
    struct sw_expr_job expr_job = {
        .arena = job->arena,
        .place = &place,
        .expected = is_whole && !is_open(expected) ? expected : NULL,
        .names = job->names,
        .diags = job->diags,
    };
    struct sw_template *template =
        template_new(job, scalar, is_whole ? SW_TEMPLATE_EXPR : SW_TEMPLATE_TEXT, expected);
    size_t from = 0;
    size_t at = 0;
    bool is_fine = true;

    while (at < scalar->length) {
        if (begins(scalar, at, "$${")) {
            add_text(job, template, scalar, from, at);
            from = at + 1; /* the second dollar and the brace are text */
            at += 3;
        } else if (begins(scalar, at, "${")) {
            add_text(job, template, scalar, from, at);
            at = add_expression(&expr_job, job, template, scalar, at, &is_fine);
            from = at;
            if (at == 0) {
                return NULL;
            }
        } else {
            at++;
        }
    }
    add_text(job, template, scalar, from, scalar->length);
    if (!is_fine) {
        return NULL;
    }
    if (is_whole) {
        template->type = sw_expr_type(template->parts[0].expr);
    } else if (is_open(expected)) {
        template->type = &sw_type_string;
    }
    return template;
}

/** Is the scalar just one `${...}`? */
static bool is_one_expression(const struct sw_node *scalar)
{
    return begins(scalar, 0, "${") && expression_end(scalar, 2) + 1 == scalar->length;
}

/** The text of a scalar in which every `$${` stands for `${`; NULL when it holds an expression. */
static const char *plain_text(struct sw_arena *arena, const struct sw_node *scalar)
{
    char *text = sw_alloc(arena, scalar->length + 1);
    size_t length = 0;

    for (size_t at = 0; at < scalar->length; at++) {
        if (begins(scalar, at, "${")) {
            return NULL;
        }
        if (begins(scalar, at, "$${")) {
            text[length] = '$';
            text[length + 1] = '{';
            length += 2;
            at += 2;
            continue;
        }
        text[length] = scalar->text[at];
        length++;
    }
    return text;
}

struct sw_template *sw_template_scalar(struct sw_template_job *job, const struct sw_node *scalar,
                                       const struct sw_type *expected)
{
    const char *text = plain_text(job->arena, scalar);

    if (text != NULL) {
        return literal(job, scalar, expected, text);
    }
    if (is_one_expression(scalar)) {
        return compile(job, scalar, expected, true);
    }
    if (takes_pieces(expected)) {
        return compile(job, scalar, expected, false);
    }

    struct sw_diag *diag = sw_diag_add(job->diags, SW_ERROR, 320, scalar->mark,
                                       "text with '${...}' in it is text, but %s is wanted here",
                                       sw_type_text(job->arena, expected));

    sw_diag_hint(job->diags, diag, "a value that is just one '${...}' keeps its type");
    (void)compile(job, scalar, NULL, false); /* its own findings are independent */
    return NULL;
}

struct sw_template *sw_template_compile(struct sw_arena *arena, const struct sw_node *scalar,
                                        const struct sw_type *expected,
                                        const struct sw_names *names, struct sw_diags *diags)
{
    struct sw_template_job job = {.arena = arena, .names = names, .diags = diags};

    if (scalar->kind != SW_NODE_SCALAR) {
        sw_diag_add(diags, SW_ERROR, 320, scalar->mark, "this is %s, but %s is wanted here",
                    scalar->kind == SW_NODE_LIST ? "a list" : "a map",
                    expected != NULL ? sw_type_text(arena, expected) : "text");
        return NULL;
    }
    return sw_template_scalar(&job, scalar, expected);
}
