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

/* Published texts of two events; their XML is not. */
static void the_fields_that_waits_read_have_the_vendors_names(void **state)
{
    (void)state;
    static const struct {
        const char *file, *names[12];
    } samples[] = {
        {"event-9102-upload-ok.txt",
         {"SyncDirection: Upload", "HResult: 0", "SyncFileCount: 2", "SyncDirectoryCount: 0",
          "AppliedFileCount: 2", "AppliedDirCount: 0", "AppliedTombstoneCount 0",
          "PerItemErrorCount: 0", "TransferredFiles: 2", "FailedToTransferFiles: 0"}},
        {"event-9102-upload-failed.txt", {"HResult: -2134364065"}},
        {"event-9302-progress.txt",
         {"SyncGroupName: <CI>sgname</CI>", "SyncDirection: Upload", "CorrelationId: {",
          "AppliedItemCount: 172473", "TotalItemCount: 624196"}},
    };

    for (size_t i = 0; i < SW_COUNT(samples); i++) {
        SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
        SW_CLEANUP(sw_buf_release) struct sw_buf text;
        struct sw_error err = {0};
        const char *path =
            sw_format(arena, "%s/tests/data/filesync-events/%s", SW_SOURCE_DIR, samples[i].file);

        sw_buf_init(&text, 65536);
        if (!sw_file_read(path, &text, &err)) {
            fail_msg("%s", err.text);
        }
        for (const char *const *name = samples[i].names; *name != NULL; name++) {
            if (strstr(text.bytes, *name) == NULL) {
                fail_msg("%s has no %s", samples[i].file, *name);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(named_fields_and_the_systems_part_are_read),
        cmocka_unit_test(a_field_that_is_missing_empty_or_no_number_is_unknown),
        cmocka_unit_test(the_privacy_wrapper_is_taken_off_in_every_form),
        cmocka_unit_test(results_are_the_same_in_every_notation),
        cmocka_unit_test(what_is_no_event_is_refused),
        cmocka_unit_test(the_fields_that_waits_read_have_the_vendors_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
