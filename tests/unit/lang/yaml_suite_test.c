#include "yaml_bench.h"

#include <stdlib.h>

/* Invalid YAML that libyaml accepts, and valid YAML that it reads wrong. */
static const char *const unsafe[] = {
    "9C9N",     "9HCY",    "9JBA", "CVW2",    "DK95/01", "EB22",    "G5U8",
    "MUS6/00",  "MUS6/01", "QB6E", "RHX7",    "S98Z",    "SU5Z",    "X4QW",
    "Y79Y/003", "YJV2",    "652Z", "HM87/01", "JEF9/02", "L24T/01", "Y2GN",
};

/* Ordinary YAML inside the subset. */
static const char *const ordinary[] = {
    "36F6", "4CQQ", "54T7", "5BVJ", "5NYZ", "8QBE", "9FMG", "9J7A", "9SHH", "A6F9",
    "A984", "AZ63", "C2DT", "CPZ3", "D88J", "D9TU", "DC7X", "F3CP", "F6MC", "F8F9",
    "H3Z8", "HMK4", "J5UC", "J7VC", "J9HZ", "K858", "KMK3", "M29M", "M7NX", "NAT4",
    "P94K", "PBJ2", "R52L", "RLU9", "S4T7", "SYW4", "UDR7", "ZK9H",
};

static bool is_in(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* The suite's form of a tree: one line an event. */
static void print_events(const struct sw_node *node, struct sw_buf *buf)
{
    static const char styles[] = {':', '\'', '"', '|', '>'};

    if (node->kind == SW_NODE_SCALAR) {
        sw_buf_addf(buf, "=VAL %c", styles[node->style]);
        for (size_t i = 0; i < node->length; i++) {
            char c = node->text[i];
            const char *escaped = c == '\n' ? "\\n" : c == '\t' ? "\\t" : c == '\\' ? "\\\\" : NULL;

            if (escaped != NULL) {
                sw_buf_add_text(buf, escaped);
            } else {
                sw_buf_add_char(buf, c);
            }
        }
        sw_buf_add_text(buf, "\n");
        return;
    }

    bool is_map = node->kind == SW_NODE_MAP;

    sw_buf_addf(buf, "+%s%s\n", is_map ? "MAP" : "SEQ",
                !node->is_flow ? ""
                : is_map       ? " {}"
                               : " []");
    for (size_t i = 0; i < node->count; i++) {
        if (is_map) {
            print_events(node->keys[i], buf);
        }
        print_events(node->items[i], buf);
    }
    sw_buf_addf(buf, "-%s\n", is_map ? "MAP" : "SEQ");
}

static void check_events(const char *id, const struct sw_node *root, const char *wanted,
                         size_t length)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf ours = {0};
    const char *first = strchr(strstr(wanted, "+DOC"), '\n') + 1;
    const char *last = wanted;

    for (const char *at = first; at < wanted + length; at = strchr(at, '\n') + 1) {
        if (strncmp(at, "-DOC", 4) == 0) {
            last = at;
            break;
        }
    }
    sw_buf_init(&ours, 1u << 20);
    print_events(root, &ours);
    if (ours.length != (size_t)(last - first) || memcmp(ours.bytes, first, ours.length) != 0) {
        fail_msg("%s is read as\n%s", id, ours.bytes);
    }
}

static void what_is_accepted_is_valid_and_read_as_the_suite_says(void **state)
{
    (void)state;
    SW_CLEANUP(sw_buf_release) struct sw_buf cases = {0};
    size_t count = 0;
    size_t accepted = 0;
    size_t unsafe_count = 0;

    bench_load(SW_SOURCE_DIR "/tests/data/yaml-test-suite/cases.txt", &cases);
    for (char *at = cases.bytes; *at != '\0'; count++) {
        char *id = at + strlen("=== ");
        char *verdict = strchr(id, ' ') + 1;
        char *sizes = strchr(verdict, ' ') + 1;
        char *end = NULL;
        size_t length = strtoul(sizes, &end, 10);
        size_t event_length = strtoul(end, &end, 10);
        const char *text = end + 1;
        const char *events = text + length + 1;

        verdict[-1] = sizes[-1] = '\0';
        struct bench bench = bench_read_bytes(text, length);

        unsafe_count += is_in(unsafe, SW_COUNT(unsafe), id) ? 1 : 0;
        assert_int_equal(bench.root == NULL, sw_diags_error_count(bench.diags) > 0);
        if ((bench.root != NULL) != is_in(ordinary, SW_COUNT(ordinary), id)) {
            fail_msg("%s is %s", id, bench.root != NULL ? "accepted" : "refused");
        }
        if (bench.root != NULL) {
            accepted++;
            assert_string_equal(verdict, "ok-parsed");
            check_events(id, bench.root, events, event_length);
        } else {
            assert_true(sw_diags_at(bench.diags, 0)->mark.line > 0);
            assert_true(sw_diags_at(bench.diags, 0)->mark.column > 0);
        }
        bench_close(&bench);
        at = end + 1 + length + 1 + event_length + 1;
    }
    assert_int_equal(count, 402);
    assert_int_equal(unsafe_count, SW_COUNT(unsafe));
    assert_int_equal(accepted, SW_COUNT(ordinary));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_accepted_is_valid_and_read_as_the_suite_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
