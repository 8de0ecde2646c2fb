/** @file Text -> tokens, and the hints for what other languages write. */
#include "base/text.h"
#include "lang/expr_internal.h"

#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

void sw_expr_syntax(struct sw_expr_parser *parser, unsigned code, struct sw_token at,
                    const char *hint, const char *fmt, ...)
{
    struct sw_expr_job *job = parser->job;

    if (parser->has_failed) {
        return;
    }
    parser->has_failed = true;

    va_list args;

    va_start(args, fmt);
    const char *text = sw_vformat(job->arena, fmt, args);

    va_end(args);

    struct sw_diag *diag =
        sw_diag_add(job->diags, SW_ERROR, code, sw_expr_place_mark(job->place, at.start, at.length),
                    "%s", text);

    if (hint != NULL) {
        sw_diag_hint(job->diags, diag, "%s", hint);
    }
}

static struct sw_token bad(struct sw_token token)
{
    token.kind = SW_TOKEN_BAD;
    return token;
}

static struct sw_token lex_text(struct sw_expr_parser *parser, struct sw_token token)
{
    const char *text = parser->job->place->text;
    const char *close =
        memchr(text + token.start + 1, text[token.start], parser->end - token.start - 1);

    if (close == NULL) {
        token.length = parser->end - token.start;
        sw_expr_syntax(
            parser, 303, (struct sw_token){SW_TOKEN_TEXT, token.start, 1},
            "there are no escapes: text that holds one kind of quote goes into the other",
            "this text has no closing %c", text[token.start]);
        return bad(token);
    }
    token.kind = SW_TOKEN_TEXT;
    token.length = (size_t)(close - text) + 1 - token.start;
    return token;
}

static struct sw_token lex_number(struct sw_expr_parser *parser, struct sw_token token)
{
    const char *text = parser->job->place->text;
    size_t at = token.start;

    while (at < parser->end && is_digit(text[at])) {
        at++;
    }
    if (at + 1 < parser->end && text[at] == '.' && is_digit(text[at + 1])) {
        at++;
        while (at < parser->end && is_digit(text[at])) {
            at++;
        }
    }
    while (at < parser->end && (is_digit(text[at]) || is_letter(text[at]))) {
        at++;
    }
    if (at < parser->end && text[at] == '%') {
        at++;
    }
    token.kind = SW_TOKEN_NUMBER;
    token.length = at - token.start;
    return token;
}

/** What authors of other languages write, and what they mean here. */
static const struct {
    const char *sign;
    const char *hint;
} foreign[] = {
    {"&&", "write 'and'"},
    {"||", "write 'or'"},
    {"|", "there are no filters: write a function, such as lower(x)"},
    {"!", "write 'not'"},
    {"=", "'==' compares; nothing can be assigned"},
    {"?", "write if(condition, a, b)"},
    {"%", "a percent sign stands right behind its number: 20%"},
    {"{", "write one brace: ${name}"},
    {"}", NULL},
    {"\\", "text stands in quotes"},
    {"`", "text stands in '...' or \"...\""},
};

static struct sw_token lex_foreign(struct sw_expr_parser *parser, struct sw_token token)
{
    const char *at = parser->job->place->text + token.start;
    const char *hint = NULL;
    uint32_t point = 0;

    token.length = sw_utf8_decode(at, parser->end - token.start, &point);
    if (token.length == 0) {
        token.length = 1;
    }
    if (point > 127) {
        hint = "text stands in '...' or \"...\", and names are ASCII";
    }
    for (size_t i = 0; i < SW_COUNT(foreign); i++) {
        size_t length = strlen(foreign[i].sign);

        if (length <= parser->end - token.start && memcmp(at, foreign[i].sign, length) == 0) {
            token.length = length;
            hint = foreign[i].hint;
            break;
        }
    }
    sw_expr_syntax(parser, 301, token, hint, "'%.*s' is no part of an expression",
                   (int)token.length, at);
    return bad(token);
}

static struct sw_token lex(struct sw_expr_parser *parser)
{
    static const char *const signs[] = {"==", "!=", "<=", ">=", "<", ">", "+", "-",
                                        "*",  "/",  "(",  ")",  "[", "]", ",", "."};
    const char *text = parser->job->place->text;

    while (parser->position < parser->end && is_space(text[parser->position])) {
        parser->position++;
    }

    struct sw_token token = {SW_TOKEN_END, parser->position, 0};
    size_t left = parser->end - token.start;

    if (left == 0) {
        return token;
    }

    char c = text[token.start];

    if (is_letter(c)) {
        token.kind = SW_TOKEN_NAME;
        while (token.length < left && (is_letter(text[token.start + token.length]) ||
                                       is_digit(text[token.start + token.length]))) {
            token.length++;
        }
        return token;
    }
    if (is_digit(c)) {
        return lex_number(parser, token);
    }
    if (c == '\'' || c == '"') {
        return lex_text(parser, token);
    }
    for (size_t i = 0; i < SW_COUNT(signs); i++) {
        size_t length = strlen(signs[i]);

        if (length <= left && memcmp(text + token.start, signs[i], length) == 0) {
            token.kind = SW_TOKEN_SIGN;
            token.length = length;
            return token;
        }
    }
    return lex_foreign(parser, token);
}

void sw_expr_advance(struct sw_expr_parser *parser)
{
    parser->before = parser->token;
    parser->token = lex(parser);
    parser->position = parser->token.start + parser->token.length;
}
