/* The HTML and the Markdown of a plan: whatever peers and authors wrote, the structure is ours. */
#include "ui/plan_html.h"

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "sdk/json.h"
#include "ui/plan_md.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define INJECTIONS SW_SOURCE_DIR "/tests/data/injection/injection.txt"

/* Every text of a plan; what is between angle brackets is replaced. */
static const char document[] =
    "{\"runbook\":\"<x>\",\"version\":\"<x>\",\"title\":\"<x>\",\"description\":\"<x>\","
    "\"digest\":\"<x>\",\"planned_at\":\"<x>\",\"params\":{\"name\":\"<x>\"},"
    "\"facts\":{\"share\":{\"url\":\"<x>\"}},\"holds\":false,\"problems\":[\"<x>\"],"
    "\"require\":[{\"id\":\"a\",\"that\":\"<x>\",\"holds\":true},"
    "{\"id\":\"b\",\"that\":\"<x>\",\"holds\":false,\"why\":\"<x>\"}],"
    "\"steps\":[{\"number\":1,\"id\":\"one\",\"verb\":\"do\",\"title\":\"<x>\","
    "\"description\":\"<x>\",\"action\":\"<x>\",\"target\":\"<x>\",\"state\":\"would change\","
    "\"says\":\"<x>\",\"when\":\"<x>\",\"when_is\":\"<x>\",\"seen\":{\"<x>\":\"<x>\"},"
    "\"writes\":[{\"name\":\"<x>\",\"does\":\"<x>\",\"request\":\"<r>\"}],\"undo\":\"<x>\","
    "\"undo_does\":[\"<x>\"],\"outcomes\":[{\"outcome\":\"<x>\",\"next\":\"two\"},"
    "{\"outcome\":\"<x>\",\"next\":\"<x>\",\"max\":3}],"
    "\"edge\":{\"loss\":\"<x>\",\"note\":\"<x>\",\"by\":\"<x>\",\"people\":1,\"good_for\":\"<x>\","
    "\"window\":{\"text\":\"<x>\"},\"proof\":[{\"alternative\":1,\"depth\":0,\"evidence\":\"<x>\","
    "\"means\":\"<x>\",\"from\":[\"<x>\"]},{\"alternative\":1,\"depth\":1,\"evidence\":\"<x>\","
    "\"means\":\"<x>\",\"from\":[\"<x>\"]}]}},"
    "{\"number\":2,\"id\":\"two\",\"verb\":\"decide\",\"title\":\"<x>\",\"asks\":\"<x>\","
    "\"waits_at_most\":\"<x>\",\"then\":\"<x>\",\"outcomes\":[{\"outcome\":\"<x>\","
    "\"label\":\"<x>\",\"next\":\"one\",\"max\":2,\"loses\":\"<x>\"}]},"
    "{\"number\":3,\"id\":\"three\",\"verb\":\"hook\",\"state\":\"<x>\",\"says\":\"<x>\"}],"
    "\"unknown\":[{\"what\":\"<x>\",\"why\":\"<x>\"}],\"weakenings\":[{\"key\":\"<x>\","
    "\"reason\":\"<x>\"}],\"waits_at_most\":\"<x>\",\"changes\":true}";

/** The document with `text` in all its places. */
static const struct sw_value *filled(struct sw_arena *arena, const char *text)
{
    struct sw_buf json;
    struct sw_buf quoted;
    const struct sw_value *value = NULL;
    struct sw_error err = {0};

    sw_buf_init(&json, 1 << 26);
    sw_buf_init(&quoted, 1 << 20);
    sw_json_write(&quoted, sw_text(arena, text), SW_JSON_PLAIN);
    for (const char *at = document; *at != '\0';) {
        if (sw_text_begins(at, "\"<x>\":")) {
            sw_buf_add_text(&json, "\"key\":");
            at += 6;
        } else if (sw_text_begins(at, "\"<x>\"")) {
            sw_buf_add_text(&json, quoted.bytes);
            at += 5;
        } else if (sw_text_begins(at, "\"<r>\"")) {
            sw_buf_add_text(&json, quoted.bytes);
            at += 5;
        } else {
            sw_buf_add_char(&json, *at++);
        }
    }
    if (!sw_json_read(arena, json.bytes, json.length, SW_JSON_PLAIN, &value, &err)) {
        fail_msg("%s: %s", err.text, json.bytes);
    }
    sw_buf_release(&json);
    sw_buf_release(&quoted);
    return value;
}

/** All tags of a page, one behind the other, without the text between them. */
static void tags_of(const char *html, struct sw_buf *out)
{
    for (const char *at = html; (at = strchr(at, '<')) != NULL;) {
        size_t length = strcspn(at, ">");

        if (!sw_text_begins(at, "<rect") && !sw_text_begins(at, "<path") &&
            !sw_text_begins(at, "<svg") && !sw_text_begins(at, "<text")) {
            sw_buf_add(out, at, length);
        }
        at += length;
    }
}

static void each_injection(void (*check)(struct sw_arena *, const char *, const void *),
                           const void *context)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_buf file;
    size_t count = 0;
    struct sw_error err = {0};

    sw_buf_init(&file, 1 << 20);
    assert_true(sw_file_read(INJECTIONS, &file, &err));
    for (const char *line = file.bytes; *line != '\0'; line += strcspn(line, "\n") + 1) {
        size_t length = strcspn(line, "\n");
        const char *end = line + length;
        const char *from = memchr(line, '\t', length);
        const char *to = NULL;
        const struct sw_value *value = NULL;

        from = from == NULL || line[0] == '#' ? NULL : memchr(from + 1, '\t', end - from - 1);
        if (from == NULL) {
            continue;
        }
        from++;
        to = memchr(from, '\t', end - from);
        to = to == NULL ? end : to;
        if (!sw_json_read(arena, from, (size_t)(to - from), SW_JSON_PLAIN, &value, &err)) {
            continue;
        }
        struct sw_arena *own = sw_arena_new();

        check(own, sw_as_text(value), context);
        sw_arena_free(own);
        count++;
    }
    sw_buf_release(&file);
    sw_arena_free(arena);
    assert_true(count > 150);
}

static void check_html(struct sw_arena *arena, const char *text, const void *context)
{
    struct sw_buf page;
    struct sw_buf tags;

    sw_buf_init(&page, 1 << 27);
    sw_buf_init(&tags, 1 << 20);
    sw_plan_html(&page, filled(arena, text));
    tags_of(page.bytes, &tags);
    if (strcmp(tags.bytes, context) != 0) {
        fail_msg("'%s' changed the page", text);
    }
    sw_buf_release(&tags);
    sw_buf_release(&page);
}

static void no_text_changes_the_structure_of_the_page(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_buf page;
    struct sw_buf tags;

    (void)state;
    sw_buf_init(&page, 1 << 27);
    sw_buf_init(&tags, 1 << 20);
    sw_plan_html(&page, filled(arena, "harmless"));
    tags_of(page.bytes, &tags);
    each_injection(check_html, tags.bytes);
    sw_buf_release(&tags);
    sw_buf_release(&page);
    sw_arena_free(arena);
}

/** Lines of a page of Markdown, without what is in blocks of code; `<` that are not our own. */
static void shape_of(const char *page, size_t *ret_lines, size_t *ret_angles)
{
    size_t fence = 0;

    *ret_lines = 0;
    *ret_angles = 0;
    for (const char *line = page; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        size_t ticks = strspn(line, "`");
        bool is_info = memchr(line + ticks, '`', length - ticks) == NULL; /* else a span of code */
        bool is_fence = ticks >= 3 && (fence == 0 ? is_info : ticks >= fence && ticks == length);

        if (is_fence) {
            fence = fence == 0 ? ticks : 0;
        }
        if (fence == 0) {
            ++*ret_lines;
            for (const char *at = line; at < line + length; at++) {
                bool is_own = sw_text_begins(at, "<!-- -->") || sw_text_begins(at, "<br>");

                *ret_angles += *at == '<' && !is_own ? 1 : 0;
            }
        }
        line += length + (line[length] == '\n');
    }
}

struct shape {
    size_t lines, angles;
};

static size_t count_of(const char *text, char c)
{
    size_t count = 0;

    for (; *text != '\0'; text++) {
        count += *text == c ? 1 : 0;
    }
    return count;
}

static void check_md(struct sw_arena *arena, const char *text, const void *context)
{
    const struct shape *own = context;
    struct sw_buf page;
    struct shape shape;

    sw_buf_init(&page, 1 << 27);
    sw_plan_md(&page, filled(arena, text));
    shape_of(page.bytes, &shape.lines, &shape.angles);
    if (shape.lines != own->lines) {
        fail_msg("'%s' made %zu lines of %zu", text, shape.lines, own->lines);
    }
    /* Inside of code an angle bracket is text. */
    if (count_of(text, '<') == 0 && shape.angles != own->angles) {
        fail_msg("'%s' made %zu tags of %zu", text, shape.angles, own->angles);
    }
    sw_buf_release(&page);
}

static void no_text_changes_the_lines_of_the_markdown(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_buf page;
    struct shape shape;

    (void)state;
    sw_buf_init(&page, 1 << 27);
    sw_plan_md(&page, filled(arena, "harmless"));
    shape_of(page.bytes, &shape.lines, &shape.angles);
    each_injection(check_md, &shape);
    sw_buf_release(&page);
    sw_arena_free(arena);
}

static void the_policy_lets_in_nothing_but_its_own_style(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_buf page;
    struct sw_buf wanted;
    struct sw_sha256 hash;
    uint8_t digest[SW_SHA256_BYTES];

    (void)state;
    sw_buf_init(&page, 1 << 27);
    sw_buf_init(&wanted, 1 << 10);
    sw_plan_html(&page, filled(arena, "harmless"));

    const char *from = strstr(page.bytes, "<style>") + strlen("<style>");
    const char *to = strstr(from, "</style>");

    sw_sha256_init(&hash);
    sw_sha256_add(&hash, from, (size_t)(to - from));
    sw_sha256_end(&hash, digest);
    sw_buf_add_text(&wanted, "content=\"default-src 'none'; style-src 'sha256-");
    sw_base64_add(&wanted, digest, sizeof digest);
    sw_buf_add_text(&wanted, "'; base-uri 'none'; form-action 'none'\"");
    assert_non_null(strstr(page.bytes, wanted.bytes));
    assert_null(strstr(page.bytes, " style="));
    assert_null(strstr(page.bytes, "<script"));
    assert_null(strstr(page.bytes, "src="));
    sw_buf_release(&wanted);
    sw_buf_release(&page);
    sw_arena_free(arena);
}

static void headings_come_in_order_and_labels_have_what_they_name(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_buf page;
    int level = 0;
    int first_count = 0;

    (void)state;
    sw_buf_init(&page, 1 << 27);
    sw_plan_html(&page, filled(arena, "harmless"));
    for (const char *at = page.bytes; (at = strstr(at, "<h")) != NULL; at++) {
        if (at[2] >= '1' && at[2] <= '6') {
            assert_true(at[2] - '0' <= level + 1);
            level = at[2] - '0';
            first_count += level == 1 ? 1 : 0;
        }
    }
    assert_int_equal(first_count, 1);
    for (const char *at = page.bytes; (at = strstr(at, "aria-labelledby=\"")) != NULL; at++) {
        char id[64];

        assert_int_equal(sscanf(at, "aria-labelledby=\"%63[^\"]\"", id), 1);

        const char *label = sw_format(arena, " id=\"%s\"", id);
        const char *found = strstr(page.bytes, label);

        assert_non_null(found);
        assert_null(strstr(found + 1, label));
    }
    assert_non_null(strstr(page.bytes, "<html lang=\"en\">"));
    assert_non_null(strstr(page.bytes, "aria-label=\"Step graph\""));
    sw_buf_release(&page);
    sw_arena_free(arena);
}

static void every_link_of_the_page_leads_to_a_step_of_it(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_buf page;
    size_t count = 0;

    (void)state;
    sw_buf_init(&page, 1 << 27);
    sw_plan_html(&page, filled(arena, "harmless"));
    for (const char *at = page.bytes; (at = strstr(at, "href=\"")) != NULL; at++) {
        char id[64];

        assert_int_equal(sscanf(at, "href=\"#%63[^\"]\"", id), 1);
        assert_non_null(strstr(page.bytes, sw_format(arena, " id=\"%s\"", id)));
        count++;
    }
    assert_true(count >= 3);
    sw_buf_release(&page);
    sw_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_text_changes_the_structure_of_the_page),
        cmocka_unit_test(no_text_changes_the_lines_of_the_markdown),
        cmocka_unit_test(the_policy_lets_in_nothing_but_its_own_style),
        cmocka_unit_test(headings_come_in_order_and_labels_have_what_they_name),
        cmocka_unit_test(every_link_of_the_page_leads_to_a_step_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
