#include "stdlib/windows/eventlog.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#define EVENT(time, data)                                                                          \
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider "      \
    "Name='Microsoft-FileSync-Agent'/><EventID>9102</EventID><TimeCreated SystemTime='" time       \
    "'/><EventRecordID>4711</EventRecordID><Channel>Microsoft-FileSync-Agent/Telemetry</Channel>"  \
    "<Computer>FS01</Computer></System><EventData>" data "</EventData></Event>"

static struct sw_event read_event(struct sw_arena *arena, const char *xml)
{
    struct sw_event event = {0};
    struct sw_error err = {0};

    if (!sw_event_read(arena, xml, strlen(xml), &event, &err)) {
        fail_msg("%s", err.text);
    }
    return event;
}

static void named_fields_and_the_systems_part_are_read(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_event event =
        read_event(arena, EVENT("2026-11-20T20:10:00.1234567Z",
                                "<Data Name='HResult'>-2134364065</Data>"
                                "<Data Name='SyncGroupName'>&lt;CI&gt;a &amp; b&lt;/CI&gt;</Data>"
                                "<Data Name='PerItemErrorCount'>0</Data><Data>nameless</Data>"));
    int64_t number = -1;
    char text[SW_TIME_TEXT_BYTES];

    assert_int_equal(event.record_id, 4711);
    assert_int_equal(event.event_id, 9102);
    assert_string_equal(event.provider, "Microsoft-FileSync-Agent");
    assert_string_equal(event.computer, "FS01");
    assert_true(event.has_time);
    sw_time_format(event.time_ns, text);
    assert_string_equal(text, "2026-11-20T20:10:00.123456700Z");
    assert_string_equal(sw_event_text(&event, "SyncGroupName"), "a & b");
    assert_true(sw_event_hresult(&event, "HResult", &number));
    assert_int_equal(number, 0x80c8305f);
    assert_true(sw_event_int(&event, "PerItemErrorCount", &number));
    assert_int_equal(number, 0);
}

static void a_field_that_is_missing_empty_or_no_number_is_unknown(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_event event = read_event(
        arena, EVENT("yesterday", "<Data Name='A'></Data><Data Name='B'>1 234</Data>"
                                  "<Data Name='C'>12.5</Data><Data Name='D'>99999999999999999999"
                                  "</Data><Data Name='E'>null</Data><Data Name='F'>4294967296"
                                  "</Data><Data Name='hresult'>0</Data>"));
    int64_t number = 77;

    assert_false(event.has_time);
    assert_false(sw_event_int(&event, "A", &number));
    assert_false(sw_event_int(&event, "B", &number));
    assert_false(sw_event_int(&event, "C", &number));
    assert_false(sw_event_int(&event, "D", &number));
    assert_false(sw_event_int(&event, "E", &number));
    assert_false(sw_event_hresult(&event, "F", &number));
    assert_false(sw_event_hresult(&event, "HResult", &number)); /* names have a case */
    assert_false(sw_event_int(&event, "None", &number));
    assert_null(sw_event_text(&event, "A"));
    assert_int_equal(number, 77);
}

static void the_privacy_wrapper_is_taken_off_in_every_form(void **state)
{
    (void)state;
    static const char *const forms[] = {"<CI>x</CI>", "&lt;CI&gt;x&lt;/CI&gt;",
                                        "&amp;lt;CI&amp;gt;x&amp;lt;/CI&amp;gt;", "x", " x "};

    for (size_t i = 0; i < SW_COUNT(forms); i++) {
        SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
        const char *xml = sw_format(
            arena,
            "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System/>"
            "<EventData><Data Name='N'>%s</Data></EventData></Event>",
            forms[i]);
        struct sw_event event = read_event(arena, xml);
        assert_string_equal(sw_event_text(&event, "N"), "x");
        assert_int_equal(event.record_id, -1);
    }
}

static void results_are_the_same_in_every_notation(void **state)
{
    (void)state;
    static const char *const same[] = {"0x80c80283", "0X80C80283", "2160591491", "-2134375805",
                                       "-2160591491"};
    int64_t code = 0;

    for (size_t i = 0; i < SW_COUNT(same); i++) {
        assert_true(sw_hresult_parse(same[i], &code));
        assert_int_equal(code, 0x80c80283);
    }
    assert_true(sw_hresult_parse("-2147942467", &code)); /* 0x80070043, as the vendor prints it */
    assert_int_equal(code, 0x80070043);
    assert_true(sw_hresult_parse("-2147024829", &code));
    assert_int_equal(code, 0x80070043);
    assert_true(sw_hresult_parse("0", &code));
    assert_int_equal(code, 0);
    assert_false(sw_hresult_parse("", &code));
    assert_false(sw_hresult_parse("0x", &code));
    assert_false(sw_hresult_parse("0x180c80283", &code));
    assert_false(sw_hresult_parse("4294967296", &code));
    assert_false(sw_hresult_parse(NULL, &code));
    assert_false(sw_hresult_parse("80c80283", &code));
}

static void what_is_no_event_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "", "<Event/>", "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'/>",
        "<Event xmlns='urn:x'><System/></Event>",
        EVENT("2026-11-20T20:10:00Z", "") EVENT("2026-11-20T20:10:00Z", "")};

    for (size_t i = 0; i < SW_COUNT(bad); i++) {
        SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
        struct sw_event event;
        struct sw_error err = {0};
        assert_false(sw_event_read(arena, bad[i], strlen(bad[i]), &event, &err));
        assert_int_equal(err.code, SW_E_PROTOCOL);
    }
}

static struct sw_event read_sample(struct sw_arena *arena, const char *name)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    struct sw_event event = {0};
    struct sw_error err = {0};

    sw_buf_init(&buf, 65536);
    if (!sw_file_read(sw_format(arena, "%s/tests/data/filesync-events/%s", SW_SOURCE_DIR, name),
                      &buf, &err) ||
        !sw_event_read_message(arena, buf.bytes, &event, &err)) {
        fail_msg("%s", err.text);
    }
    return event;
}

static void the_vendors_samples_of_a_message_are_read(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_event good = read_sample(arena, "event-9102-upload-ok.txt");
    struct sw_event bad = read_sample(arena, "event-9102-upload-failed.txt");
    struct sw_event progress = read_sample(arena, "event-9302-progress.txt");
    static const struct {
        const char *name;
        int64_t number;
    } numbers[] = {{"SyncFileCount", 2},         {"SyncDirectoryCount", 0},
                   {"AppliedTombstoneCount", 0}, {"AppliedSizeBytes", 0},
                   {"PerItemErrorCount", 0},     {"TransferredFiles", 2},
                   {"FailedToTransferBytes", 0}};
    int64_t number = -1;

    assert_string_equal(sw_event_text(&good, "SyncDirection"), "Upload");
    for (size_t i = 0; i < SW_COUNT(numbers); i++) {
        number = -1;
        if (!sw_event_int(&good, numbers[i].name, &number)) {
            fail_msg("no %s", numbers[i].name);
        }
        assert_int_equal(number, numbers[i].number);
    }
    assert_true(sw_event_hresult(&bad, "HResult", &number));
    assert_int_equal(number, 0x80c8305f);
    assert_string_equal(sw_event_text(&progress, "SyncGroupName"), "sgname");
    assert_string_equal(sw_event_text(&progress, "CorrelationId"),
                        "{aaaa0000-bb11-2222-33cc-444444dddddd}");
    assert_true(sw_event_int(&progress, "TotalItemCount", &number));
    assert_int_equal(number, 624196);
    assert_true(sw_event_int(&progress, "AppliedBytes", &number));
    assert_int_equal(number, 51473711577);
    assert_true(sw_event_int(&progress, "PerItemErrorCount", &number));
    assert_int_equal(number, 1006);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(named_fields_and_the_systems_part_are_read),
        cmocka_unit_test(a_field_that_is_missing_empty_or_no_number_is_unknown),
        cmocka_unit_test(the_privacy_wrapper_is_taken_off_in_every_form),
        cmocka_unit_test(results_are_the_same_in_every_notation),
        cmocka_unit_test(what_is_no_event_is_refused),
        cmocka_unit_test(the_vendors_samples_of_a_message_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
