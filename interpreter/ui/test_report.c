#include "ui/test_report.h"

#include "base/text.h"
#include "ui/escape.h"
#include "ui/plan_view.h"

#include <stdint.h>
#include <string.h>

/** Of the timeline of a case that failed, where nobody asked for all of it. */
enum { SHOWN_LINES = 8 };

int64_t sw_test_percent(const struct sw_value *part)
{
    int64_t total = sw_plan_int_of(part, "total");

    return total == 0 ? 100 : sw_plan_int_of(part, "taken") * 100 / total;
}

/** Lines under an indent. */
static void add_lines(struct sw_buf *out, const char *indent, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");

        sw_buf_addf(out, "%s%.*s\n", indent, (int)length, text);
        text += length + (text[length] == '\n');
    }
}

/** The last lines of a text; all of it when `count` is 0. */
static const char *last_lines(const char *text, size_t count)
{
    const char *from = text + strlen(text);

    for (size_t lines = 0; count > 0 && from > text; from--) {
        if (from[-1] == '\n' && lines++ == count) {
            return from;
        }
    }
    return text;
}

static void add_failures(struct sw_buf *out, const char *indent, const struct sw_value *one,
                         size_t log_lines)
{
    const struct sw_value *failures = sw_get(one, "failures");

    for (size_t i = 0; i < sw_list_count(failures); i++) {
        add_lines(out, indent, sw_as_text(sw_list_at(failures, i)));
    }
    if (log_lines > 0 && sw_plan_text_of(one, "log")[0] != '\0') {
        sw_buf_addf(out, "%sit went so:\n", indent);
        add_lines(out, indent, last_lines(sw_plan_text_of(one, "log"), log_lines));
    }
}

static void add_part(struct sw_buf *out, const struct sw_value *cover, const char *key,
                     const char *what)
{
    const struct sw_value *part = sw_get(cover, key);

    sw_buf_addf(out, "%s: %lld of %lld (%lld%%)%s", what, (long long)sw_plan_int_of(part, "taken"),
                (long long)sw_plan_int_of(part, "total"), (long long)sw_test_percent(part),
                sw_plan_bool_of(part, "is_cut") ? ", of the first ones: there are more" : "");
}

static void add_missed(struct sw_buf *out, const struct sw_value *part, const char *what)
{
    const struct sw_value *missed = sw_get(part, "missed");

    for (size_t i = 0; i < sw_list_count(missed); i++) {
        sw_buf_addf(out, "  %s %s\n", what, sw_as_text(sw_list_at(missed, i)));
    }
}

static void add_coverage(struct sw_buf *out, const struct sw_value *report, const char *before)
{
    const struct sw_value *list = sw_get(report, "coverage");

    for (size_t i = 0; i < sw_list_count(list); i++) {
        const struct sw_value *cover = sw_list_at(list, i);

        sw_buf_addf(out, "%s%s: ", before, sw_plan_text_of(cover, "runbook"));
        add_part(out, cover, "ways", "ways taken");
        sw_buf_add_text(out, "; ");
        add_part(out, cover, "paths", "paths into irreversible steps");
        sw_buf_add_text(out, sw_plan_bool_of(cover, "ok") ? "\n" : ": TOO LITTLE\n");
        if (before[0] == '\0') {
            add_missed(out, sw_get(cover, "paths"), "never walked:");
            add_missed(out, sw_get(cover, "ways"), "never taken: ");
        }
    }
}

void sw_test_report_text(struct sw_buf *out, const struct sw_value *report, bool is_verbose)
{
    const struct sw_value *cases = sw_get(report, "cases");
    const char *file = "";
    int64_t failed = sw_plan_int_of(report, "failed");

    for (size_t i = 0; i < sw_list_count(cases); i++) {
        const struct sw_value *one = sw_list_at(cases, i);
        bool is_fine = sw_plan_bool_of(one, "ok");

        if (!sw_text_is(file, sw_plan_text_of(one, "file"))) {
            file = sw_plan_text_of(one, "file");
            sw_buf_addf(out, "%s\n", file);
        }
        sw_buf_addf(out, "  %s  %s\n", is_fine ? "ok  " : "FAIL", sw_plan_text_of(one, "name"));
        if (!is_fine) {
            sw_buf_addf(out, "        %s:%lld\n", file, (long long)sw_plan_int_of(one, "line"));
            add_failures(out, "        ", one, is_verbose ? SIZE_MAX : SHOWN_LINES);
        }
    }
    sw_buf_add_text(out, sw_list_count(cases) > 0 ? "\n" : "");
    add_coverage(out, report, "");
    sw_buf_addf(out, "%zu %s, %lld failed\n", sw_list_count(cases),
                sw_plural(sw_list_count(cases), "case", "cases"), (long long)failed);
}

/* TAP takes `#` for a directive. */
static void add_tap_text(struct sw_buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        sw_buf_add_text(out, *text == '#' ? "\\" : "");
        sw_buf_add_char(out, *text == '\n' ? ' ' : *text);
    }
}

void sw_test_report_tap(struct sw_buf *out, const struct sw_value *report)
{
    const struct sw_value *cases = sw_get(report, "cases");

    sw_buf_addf(out, "TAP version 13\n1..%zu\n", sw_list_count(cases));
    for (size_t i = 0; i < sw_list_count(cases); i++) {
        const struct sw_value *one = sw_list_at(cases, i);
        bool is_fine = sw_plan_bool_of(one, "ok");

        sw_buf_addf(out, "%s %zu - ", is_fine ? "ok" : "not ok", i + 1);
        add_tap_text(out, sw_plan_text_of(one, "file"));
        sw_buf_add_text(out, ": ");
        add_tap_text(out, sw_plan_text_of(one, "name"));
        sw_buf_add_char(out, '\n');
        add_failures(out, "# ", one, 0);
    }
    add_coverage(out, report, "# ");
}

static void add_junit_case(struct sw_buf *out, const struct sw_value *one)
{
    struct sw_buf text;

    sw_buf_add_text(out, "    <testcase classname=\"");
    sw_html_add(out, sw_plan_text_of(one, "file"));
    sw_buf_add_text(out, "\" name=\"");
    sw_html_add(out, sw_plan_text_of(one, "name"));
    sw_buf_addf(out, "\" line=\"%lld\" time=\"0\"", (long long)sw_plan_int_of(one, "line"));
    if (sw_plan_bool_of(one, "ok")) {
        sw_buf_add_text(out, "/>\n");
        return;
    }
    sw_buf_init(&text, 1u << 20);
    add_failures(&text, "", one, SIZE_MAX);
    sw_buf_add_text(out, ">\n      <failure message=\"");
    sw_html_add(out, sw_as_text(sw_list_at(sw_get(one, "failures"), 0)));
    sw_buf_add_text(out, "\">");
    sw_html_add(out, text.bytes);
    sw_buf_add_text(out, "</failure>\n    </testcase>\n");
    sw_buf_release(&text);
}

void sw_test_report_junit(struct sw_buf *out, const struct sw_value *report)
{
    const struct sw_value *cases = sw_get(report, "cases");

    sw_buf_addf(out,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                "<testsuites name=\"stepwise\" tests=\"%zu\" failures=\"%lld\">\n"
                "  <testsuite name=\"stepwise\" tests=\"%zu\" failures=\"%lld\" errors=\"0\" "
                "skipped=\"0\">\n",
                sw_list_count(cases), (long long)sw_plan_int_of(report, "failed"),
                sw_list_count(cases), (long long)sw_plan_int_of(report, "failed"));
    for (size_t i = 0; i < sw_list_count(cases); i++) {
        add_junit_case(out, sw_list_at(cases, i));
    }
    sw_buf_add_text(out, "    <system-out>");
    struct sw_buf text;

    sw_buf_init(&text, 1u << 20);
    add_coverage(&text, report, "");
    sw_html_add(out, text.bytes);
    sw_buf_release(&text);
    sw_buf_add_text(out, "</system-out>\n  </testsuite>\n</testsuites>\n");
}
