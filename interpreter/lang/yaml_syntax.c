#include "lang/yaml_parts.h"

#include <string.h>

/* One kind of error of libyaml 0.2.5 (scanner.c, parser.c); the first row that fits is taken. */
struct row {
    const char *problem; /* part of the problem, or of the context */
    enum sw_yaml_code code;
    bool at_context; /* where the thing begins says more than where libyaml gave up */
    const char *text, *hint;
};

static const struct row rows[] = {
    {"document indicator", SW_Y_SYNTAX, true, "a quote that is opened here is not closed",
     "close it; the next '---' or '...' stands inside the text"},
    {"unexpected end of stream", SW_Y_SYNTAX, true, "a quote that is opened here is not closed",
     "close it; all text up to the end of the file belongs to it now"},
    {"found a tab", SW_Y_TAB, false, "tab in the indentation of a line", "indent with spaces"},
    {"unknown escape", SW_Y_SYNTAX, false, "this backslash begins no escape that YAML knows",
     "put text with backslashes in single quotes"},
    {"invalid Unicode character", SW_Y_UTF8, false, "this escape names no Unicode character",
     "write the character itself"},
    {"hexdecimal number", SW_Y_SYNTAX, false, "the digits of this escape are not hexadecimal",
     "put text with backslashes in single quotes"},
    {"%TAG", SW_Y_DIRECTIVE, true, "directives are not allowed",
     "delete the line that begins with '%'"},
    {"%YAML", SW_Y_DIRECTIVE, true, "directives are not allowed",
     "delete the line that begins with '%'"},
    {"directive", SW_Y_DIRECTIVE, true, "directives are not allowed",
     "delete the line that begins with '%'"},
    {"incompatible YAML document", SW_Y_DIRECTIVE, false, "directives are not allowed",
     "delete the line that begins with '%'"},
    {"scanning an anchor", SW_Y_ANCHOR, true, "anchors ('&') are not allowed",
     "quote text that begins with '&' or '*'"},
    {"scanning an alias", SW_Y_ANCHOR, true, "aliases ('*') are not allowed",
     "quote text that begins with '&' or '*'"},
    {"tag", SW_Y_TAG, true, "tags ('!') are not allowed", "quote text that begins with '!'"},
    {"mapping values are not allowed", SW_Y_SYNTAX, false, "a second ': ' in one line",
     "quote text that holds ': '; a key has at most 128 bytes"},
    {"could not find expected ':'", SW_Y_SYNTAX, true, "this line is no 'key: value'",
     "write ': ' with its space after the key (a key has at most 128 bytes), or indent the line if "
     "it belongs to the text above"},
    {"did not find expected key", SW_Y_SYNTAX, false,
     "this line fits neither the lines above nor the key that it stands under",
     "check its indentation, and the quotes and brackets of the line above"},
    {"expected '-' indicator", SW_Y_SYNTAX, false, "this line does not continue the list above",
     "begin it with '- ', or indent it as the keys of the entry above"},
    {"block sequence entries", SW_Y_SYNTAX, false, "a list cannot begin here",
     "put '- ' in a line of its own under the key"},
    {"mapping keys are not allowed", SW_Y_SYNTAX, false, "a key cannot begin here",
     "quote text that begins with '? '"},
    {"expected ',' or '}'", SW_Y_SYNTAX, false, "between { and } a ',' or the '}' is missing",
     "quote what holds , [ ] { } or ': ', hence every '${...}'"},
    {"expected ',' or ']'", SW_Y_SYNTAX, false, "between [ and ] a ',' or the ']' is missing",
     "quote what holds , [ ] { } or ': ', hence every '${...}'"},
    {"found unexpected ':'", SW_Y_SYNTAX, false, "':' without a space after it, inside [ ] or { }",
     "quote the text, or put a space after ':'"},
    {"cannot start any token", SW_Y_SYNTAX, false, "no text can begin with this character",
     "quote the text"},
    {"expected node content", SW_Y_SYNTAX, false, "a value is missing here",
     "write the value, or delete the ',' or '-'"},
    {"comment or line break", SW_Y_SYNTAX, false, "text right after '|' or '>'",
     "begin the text in the next line"},
    {"indentation indicator", SW_Y_SYNTAX, false, "0 as indentation after '|' or '>'",
     "delete the digit"},
    {"expected <document start>", SW_Y_SYNTAX, false, "text after the end of the document",
     "check the quotes and brackets above"},
};

static bool holds(const char *text, const char *part)
{
    return text != NULL && strstr(text, part) != NULL;
}

/* Wrong white space above makes libyaml see other lines than the author. */
static bool follows(const struct sw_yaml *yaml, enum sw_yaml_code code, struct sw_mark problem)
{
    uint32_t line = yaml->last_line[code - 100];

    return line != 0 && line <= problem.line;
}

void sw_yaml_syntax(struct sw_yaml *yaml, const yaml_parser_t *parser, struct sw_mark problem,
                    struct sw_mark context, bool was_ended)
{
    const struct row *found = NULL;

    for (size_t i = 0; i < SW_COUNT(rows) && found == NULL; i++) {
        if (holds(parser->problem, rows[i].problem) || holds(parser->context, rows[i].problem)) {
            found = &rows[i];
        }
    }

    struct sw_mark mark =
        found != NULL && found->at_context && parser->context != NULL ? context : problem;
    struct sw_diag *diag = NULL;

    /* libyaml points behind "\\x" or "\\u"; the whole escape is meant. */
    if (found != NULL && holds(parser->context, "quoted scalar") && mark.offset >= 2 &&
        yaml->source->bytes[mark.offset - 2] == '\\' && mark.column > 2) {
        mark.offset -= 2;
        mark.column -= 2;
        mark.length = 2;
    }

    /* What stands in a line that is wrong already follows from that. */
    for (size_t code = 0; code < SW_COUNT(yaml->last_line); code++) {
        if (yaml->last_line[code] == problem.line || yaml->last_line[code] == mark.line) {
            return;
        }
    }
    if (follows(yaml, SW_Y_TAB, problem) || follows(yaml, SW_Y_INDENT, problem) ||
        follows(yaml, SW_Y_BLOCK_SPACES, problem)) {
        return;
    }
    if (was_ended && holds(parser->problem, "expected <document start>")) {
        diag = sw_yaml_find(yaml, SW_Y_DOCUMENTS, mark, "a second document in one file");
        sw_yaml_hint(yaml, diag, "one file holds one document; delete the rest");
        return;
    }
    if (found == NULL) {
        diag = sw_yaml_find(yaml, SW_Y_SYNTAX, mark, "%s",
                            parser->problem != NULL ? parser->problem : "not YAML");
        return;
    }
    diag = sw_yaml_find(yaml, found->code, mark, "%s", found->text);
    sw_yaml_hint(yaml, diag, found->hint);
}
