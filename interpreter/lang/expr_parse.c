/** @file Tokens -> tree, by recursive descent; one function a rung of precedence, loosest first. */
#include "base/text.h"
#include "lang/expr_internal.h"

#include <string.h>

static struct sw_expr_node *parse_or(struct sw_expr_parser *parser);
static struct sw_expr_node *parse_unary(struct sw_expr_parser *parser);

static bool token_is(const struct sw_expr_parser *parser, struct sw_token token, const char *word)
{
    return (token.kind == SW_TOKEN_NAME || token.kind == SW_TOKEN_SIGN) &&
           token.length == strlen(word) &&
           memcmp(parser->job->place->text + token.start, word, token.length) == 0;
}

static bool is(const struct sw_expr_parser *parser, const char *word)
{
    return token_is(parser, parser->token, word);
}

const char *sw_expr_words(const struct sw_expr_job *job, struct sw_token token)
{
    return sw_copy(job->arena, job->place->text + token.start, token.length);
}

/** How a finding calls the present token. */
static const char *found(const struct sw_expr_parser *parser)
{
    if (parser->token.kind == SW_TOKEN_END) {
        return "the expression ends";
    }
    return sw_format(parser->job->arena, "found '%s'", sw_expr_words(parser->job, parser->token));
}

/** A finding at the present token: "expected WHAT after 'before', but FOUND". */
static struct sw_expr_node *expected(struct sw_expr_parser *parser, const char *what,
                                     const char *hint)
{
    const char *after = "";

    if (parser->token.kind == SW_TOKEN_BAD) {
        return NULL;
    }
    if (parser->before.length > 0) {
        after = sw_format(parser->job->arena, " after '%s'",
                          sw_expr_words(parser->job, parser->before));
    }
    sw_expr_syntax(parser, 301, parser->token, hint, "expected %s%s, but %s", what, after,
                   found(parser));
    return NULL;
}

static struct sw_expr_node *too_deep(struct sw_expr_parser *parser, struct sw_token at)
{
    sw_expr_syntax(parser, 316, at, "split it: a fact, a step or a row can hold a part of it",
                   "this expression is nested more than %u deep", SW_LIMIT_DEPTH);
    return NULL;
}

static struct sw_expr_node *node_new(struct sw_expr_parser *parser, enum sw_expr_op op,
                                     struct sw_token at)
{
    struct sw_expr_node *node = sw_alloc(parser->job->arena, sizeof *node);

    node->op = op;
    node->at = at;
    node->span = at;
    return node;
}

/** Hang a child on a node; the span of the node grows over it. */
static struct sw_expr_node *adopt(struct sw_expr_parser *parser, struct sw_expr_node *node,
                                  struct sw_expr_node *child)
{
    node->args = sw_grow(parser->job->arena, node->args, node->count, &node->capacity,
                         sizeof(struct sw_expr_node *));
    node->args[node->count] = child;
    node->count++;

    size_t end = node->span.start + node->span.length;
    size_t child_end = child->span.start + child->span.length;

    if (child->span.start < node->span.start) {
        node->span.start = child->span.start;
    }
    node->span.length = (child_end > end ? child_end : end) - node->span.start;
    if (child->depth + 1 > node->depth) {
        node->depth = child->depth + 1;
    }
    if (node->depth > SW_LIMIT_DEPTH) {
        return too_deep(parser, node->at);
    }
    return node;
}

static struct sw_expr_node *binary(struct sw_expr_parser *parser, enum sw_expr_op op,
                                   struct sw_token at, struct sw_expr_node *left,
                                   struct sw_expr_node *right)
{
    struct sw_expr_node *node = node_new(parser, op, at);

    return adopt(parser, node, left) != NULL ? adopt(parser, node, right) : NULL;
}

/* Literals. */

static struct sw_expr_node *number_fails(struct sw_expr_parser *parser, struct sw_token at,
                                         const char *why)
{
    const char *word = sw_expr_words(parser->job, at);
    const char *hint = "units are ms s m h d w for durations and B KiB MiB GiB TiB for sizes";

    if (word[0] == '0' && word[1] >= '0' && word[1] <= '9') {
        hint = "write it without leading zeros";
    } else if (sw_text_ends(word, "KB") || sw_text_ends(word, "MB") || sw_text_ends(word, "GB") ||
               sw_text_ends(word, "TB")) {
        hint = "sizes count in powers of 1024: KiB MiB GiB TiB";
    }
    sw_expr_syntax(parser, 317, at, hint, "%s", why);
    return NULL;
}

static struct sw_expr_node *parse_number(struct sw_expr_parser *parser)
{
    const char *word = sw_expr_words(parser->job, parser->token);
    const struct sw_type *type = &sw_type_int;
    size_t plain = strspn(word, "0123456789");

    if (word[plain] == '.' && strspn(word + plain + 1, "0123456789") == strlen(word + plain + 1)) {
        type = &sw_type_float;
    } else if (sw_text_ends(word, "%")) {
        type = &sw_type_percent;
    } else if (sw_text_ends(word, "B")) {
        type = &sw_type_size;
    } else if (word[plain] != '\0') {
        type = &sw_type_duration;
    }

    const struct sw_value *value = NULL;
    struct sw_error err = {0};

    if (!sw_type_parse(type, word, parser->job->arena, &value, &err)) {
        return number_fails(parser, parser->token, err.text);
    }

    struct sw_expr_node *node = node_new(parser, SW_X_LITERAL, parser->token);

    node->value = value;
    node->type = type;
    sw_expr_advance(parser);
    return node;
}

static struct sw_expr_node *literal(struct sw_expr_parser *parser, const struct sw_value *value,
                                    const struct sw_type *type)
{
    struct sw_expr_node *node = node_new(parser, SW_X_LITERAL, parser->token);

    node->value = value;
    node->type = type;
    sw_expr_advance(parser);
    return node;
}

/* Names, calls, lists, brackets. */

/** Arguments up to the closing sign, which is taken too. */
static struct sw_expr_node *parse_items(struct sw_expr_parser *parser, struct sw_expr_node *node,
                                        const char *close)
{
    bool is_first = true;

    while (!is(parser, close)) {
        if (!is_first) {
            if (!is(parser, ",")) {
                return expected(parser, sw_format(parser->job->arena, "',' or '%s'", close), NULL);
            }
            sw_expr_advance(parser);
        }

        struct sw_expr_node *item = parse_or(parser);

        if (item == NULL || adopt(parser, node, item) == NULL) {
            return NULL;
        }
        is_first = false;
    }
    node->span.length = parser->token.start + parser->token.length - node->span.start;
    sw_expr_advance(parser);
    return node;
}

static struct sw_expr_node *parse_call(struct sw_expr_parser *parser, struct sw_token name)
{
    const char *names[32];
    const char *word = sw_expr_words(parser->job, name);
    struct sw_expr_node *node = node_new(parser, SW_X_CALL, name);
    size_t count = 0;

    node->name = word;
    for (const struct sw_expr_function *row = sw_expr_functions; row->name != NULL; row++) {
        names[count] = row->name;
        count++;
        if (strcmp(row->name, word) == 0) {
            node->function = row;
        }
    }
    if (node->function == NULL) {
        const char *close = sw_text_closest(word, names, count);
        const char *hint =
            close != NULL ? sw_format(parser->job->arena, "did you mean '%s'?", close)
                          : "`stepwise explain SW0306` lists the functions; there are no others";

        sw_expr_syntax(parser, 306, name, hint, "there is no function '%s'", word);
        return NULL;
    }
    sw_expr_advance(parser);
    return parse_items(parser, node, ")");
}

static bool is_word(const struct sw_expr_parser *parser)
{
    return is(parser, "and") || is(parser, "or") || is(parser, "not") || is(parser, "in");
}

static struct sw_expr_node *parse_name(struct sw_expr_parser *parser)
{
    struct sw_token name = parser->token;

    sw_expr_advance(parser);
    if (is(parser, "(")) {
        return parse_call(parser, name);
    }

    struct sw_expr_node *node = node_new(parser, SW_X_REFERENCE, name);

    node->name = sw_expr_words(parser->job, name);
    return node;
}

static struct sw_expr_node *parse_brackets(struct sw_expr_parser *parser)
{
    struct sw_token open = parser->token;

    sw_expr_advance(parser);

    struct sw_expr_node *inner = parse_or(parser);

    if (inner == NULL) {
        return NULL;
    }
    if (!is(parser, ")")) {
        return expected(parser, "')'", NULL);
    }
    inner->span.length = parser->token.start + parser->token.length - open.start;
    inner->span.start = open.start;
    sw_expr_advance(parser);
    return inner;
}

static struct sw_expr_node *parse_list(struct sw_expr_parser *parser)
{
    struct sw_expr_node *node = node_new(parser, SW_X_LIST, parser->token);

    sw_expr_advance(parser);
    return parse_items(parser, node, "]");
}

static struct sw_expr_node *parse_primary(struct sw_expr_parser *parser)
{
    struct sw_token token = parser->token;
    struct sw_arena *arena = parser->job->arena;

    if (token.kind == SW_TOKEN_NUMBER) {
        return parse_number(parser);
    }
    if (token.kind == SW_TOKEN_TEXT) {
        const char *inside = parser->job->place->text + token.start + 1;

        return literal(parser, sw_text_n(arena, inside, token.length - 2), &sw_type_string);
    }
    if (is(parser, "true") || is(parser, "false")) {
        return literal(parser, sw_bool(is(parser, "true")), &sw_type_bool);
    }
    if (is(parser, "null")) {
        return literal(parser, sw_null(arena, ""), NULL);
    }
    if (is(parser, "(")) {
        return parse_brackets(parser);
    }
    if (is(parser, "[")) {
        return parse_list(parser);
    }
    if (token.kind == SW_TOKEN_NAME && !is_word(parser)) {
        return parse_name(parser);
    }
    return expected(parser, "a value",
                    is(parser, "not") ? "put '(not ...)' in brackets here" : NULL);
}

static bool parse_member(struct sw_expr_parser *parser, struct sw_expr_node **node)
{
    sw_expr_advance(parser);
    if (parser->token.kind != SW_TOKEN_NAME) {
        expected(parser, "a name", "other keys stand in brackets: a['b c'], and items too: a[0]");
        return false;
    }

    const char *name = sw_expr_words(parser->job, parser->token);

    if ((*node)->op == SW_X_REFERENCE) {
        struct sw_expr_node *reference = *node;

        reference->path = sw_grow(parser->job->arena, reference->path, reference->path_count,
                                  &reference->path_capacity, sizeof(const char *));
        reference->path[reference->path_count] = name;
        reference->path_count++;
        reference->span.length = parser->token.start + parser->token.length - reference->span.start;
        reference->at = reference->span;
    } else {
        struct sw_expr_node *member = node_new(parser, SW_X_MEMBER, parser->token);

        member->name = name;
        *node = adopt(parser, member, *node);
    }
    sw_expr_advance(parser);
    return *node != NULL;
}

static bool parse_index(struct sw_expr_parser *parser, struct sw_expr_node **node)
{
    struct sw_expr_node *index_node = node_new(parser, SW_X_INDEX, parser->token);

    sw_expr_advance(parser);

    struct sw_expr_node *key = parse_or(parser);

    if (key == NULL || adopt(parser, index_node, *node) == NULL ||
        adopt(parser, index_node, key) == NULL) {
        return false;
    }
    if (!is(parser, "]")) {
        expected(parser, "']'", NULL);
        return false;
    }
    index_node->span.length = parser->token.start + parser->token.length - index_node->span.start;
    sw_expr_advance(parser);
    *node = index_node;
    return true;
}

static struct sw_expr_node *parse_postfix(struct sw_expr_parser *parser)
{
    struct sw_expr_node *node = parse_primary(parser);

    while (node != NULL && (is(parser, ".") || is(parser, "["))) {
        bool is_fine = is(parser, ".") ? parse_member(parser, &node) : parse_index(parser, &node);

        if (!is_fine) {
            return NULL;
        }
    }
    return node;
}

static struct sw_expr_node *parse_unary(struct sw_expr_parser *parser)
{
    if (!is(parser, "-")) {
        return parse_postfix(parser);
    }
    if (parser->depth >= SW_LIMIT_DEPTH) {
        return too_deep(parser, parser->token);
    }

    struct sw_expr_node *node = node_new(parser, SW_X_NEGATE, parser->token);

    sw_expr_advance(parser);
    parser->depth++;

    struct sw_expr_node *inner = parse_unary(parser);

    parser->depth--;
    return inner != NULL ? adopt(parser, node, inner) : NULL;
}

/* Operators that group from the left. */

static struct sw_expr_node *parse_product(struct sw_expr_parser *parser)
{
    struct sw_expr_node *left = parse_unary(parser);

    while (left != NULL && (is(parser, "*") || is(parser, "/"))) {
        struct sw_token at = parser->token;
        enum sw_expr_op op = is(parser, "*") ? SW_X_MULTIPLY : SW_X_DIVIDE;

        sw_expr_advance(parser);

        struct sw_expr_node *right = parse_unary(parser);

        left = right != NULL ? binary(parser, op, at, left, right) : NULL;
    }
    return left;
}

static struct sw_expr_node *parse_sum(struct sw_expr_parser *parser)
{
    struct sw_expr_node *left = parse_product(parser);

    while (left != NULL && (is(parser, "+") || is(parser, "-"))) {
        struct sw_token at = parser->token;
        enum sw_expr_op op = is(parser, "+") ? SW_X_ADD : SW_X_SUBTRACT;

        sw_expr_advance(parser);

        struct sw_expr_node *right = parse_product(parser);

        left = right != NULL ? binary(parser, op, at, left, right) : NULL;
    }
    return left;
}

static const struct {
    const char *sign;
    enum sw_expr_op op;
} comparisons[] = {
    {"==", SW_X_EQUAL}, {"!=", SW_X_UNEQUAL}, {"<=", SW_X_LESS_EQUAL}, {">=", SW_X_GREATER_EQUAL},
    {"<", SW_X_LESS},   {">", SW_X_GREATER},  {"in", SW_X_IN},
};

static bool is_comparison(const struct sw_expr_parser *parser, enum sw_expr_op *ret_op)
{
    for (size_t i = 0; i < SW_COUNT(comparisons); i++) {
        if (is(parser, comparisons[i].sign)) {
            *ret_op = comparisons[i].op;
            return true;
        }
    }
    return false;
}

static struct sw_expr_node *parse_comparison(struct sw_expr_parser *parser)
{
    struct sw_expr_node *left = parse_sum(parser);
    enum sw_expr_op op = SW_X_EQUAL;

    if (left == NULL || !is_comparison(parser, &op)) {
        return left;
    }

    struct sw_token at = parser->token;

    sw_expr_advance(parser);

    struct sw_expr_node *right = parse_sum(parser);

    if (right == NULL) {
        return NULL;
    }

    enum sw_expr_op second = op;

    if (is_comparison(parser, &second)) {
        sw_expr_syntax(parser, 304, parser->token, "write 'a < b and b < c', or use brackets",
                       "comparisons do not chain");
        return NULL;
    }
    return binary(parser, op, at, left, right);
}

static struct sw_expr_node *parse_not(struct sw_expr_parser *parser)
{
    if (!is(parser, "not")) {
        return parse_comparison(parser);
    }
    if (parser->depth >= SW_LIMIT_DEPTH) {
        return too_deep(parser, parser->token);
    }

    struct sw_expr_node *node = node_new(parser, SW_X_NOT, parser->token);

    sw_expr_advance(parser);
    parser->depth++;

    struct sw_expr_node *inner = parse_not(parser);

    parser->depth--;
    return inner != NULL ? adopt(parser, node, inner) : NULL;
}

/** `a and b and c` is one node, so that long conditions are not deep ones. */
static struct sw_expr_node *parse_row(struct sw_expr_parser *parser, enum sw_expr_op op,
                                      const char *word,
                                      struct sw_expr_node *(*part)(struct sw_expr_parser *))
{
    struct sw_expr_node *first = part(parser);

    if (first == NULL || !is(parser, word)) {
        return first;
    }

    struct sw_expr_node *node = adopt(parser, node_new(parser, op, parser->token), first);

    while (node != NULL && is(parser, word)) {
        sw_expr_advance(parser);

        struct sw_expr_node *next = part(parser);

        node = next != NULL ? adopt(parser, node, next) : NULL;
    }
    return node;
}

static struct sw_expr_node *parse_and(struct sw_expr_parser *parser)
{
    return parse_row(parser, SW_X_AND, "and", parse_not);
}

static struct sw_expr_node *parse_or(struct sw_expr_parser *parser)
{
    if (parser->depth >= SW_LIMIT_DEPTH) {
        return too_deep(parser, parser->token);
    }
    parser->depth++;

    struct sw_expr_node *node = parse_row(parser, SW_X_OR, "or", parse_and);

    parser->depth--;
    return node;
}

struct sw_expr_node *sw_expr_parse(struct sw_expr_parser *parser)
{
    sw_expr_advance(parser);

    struct sw_expr_node *node = parse_or(parser);

    if (node == NULL || parser->token.kind == SW_TOKEN_END) {
        return parser->has_failed ? NULL : node;
    }

    const char *hint = NULL;

    if (is(parser, "not")) {
        hint = "write 'not (a in b)'";
    } else if (is(parser, "is")) {
        hint = "write is_null(x), or '==' to compare";
    } else if (is(parser, "if")) {
        hint = "write if(condition, a, b)";
    }
    return expected(parser, "an operator or the end", hint);
}
