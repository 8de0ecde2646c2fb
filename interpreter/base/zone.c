#include "base/zone.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DAY_S INT64_C(86400)

enum {
    HEADER_BYTES = 44, /* RFC 8536, 3.1 */
    TYPE_BYTES = 6,
    NAME_BYTES = 64,
    /* RFC 8536, 3.3.1 (version 3): a change may lie up to a week away from its day. */
    RULE_HOURS = 167,
    OFFSET_HOURS = 24,
};

/** When in a year a rule begins. */
struct rule_day {
    enum { RULE_JULIAN, RULE_ZERO, RULE_WEEK } kind;
    int day;         /* JULIAN: 1 to 365, no leap day; ZERO: 0 to 365; WEEK: 0 (Sunday) to 6 */
    int month, week; /* WEEK: 1 to 12; 1 to 5, 5 is the last */
    int32_t time_s;  /* on the clock that is in force before */
};

struct sw_zone {
    size_t change_count;
    int64_t *changes; /* ascending */
    int32_t *offsets; /* from changes[i] on */
    int32_t first_offset;
    /* after the last change */
    int32_t standard, summer;
    bool has_summer;
    struct rule_day start, end;
};

/* ---- names and files ---- */

const char *sw_zone_folder(void)
{
    const char *folder = getenv("TZDIR");

    return folder != NULL && folder[0] != '\0' ? folder : "/usr/share/zoneinfo";
}

bool sw_zone_has_data(const char *folder)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct stat about;

    /* Some minimal systems keep the folder and drop what is in it. */
    return stat(sw_format(arena, "%s/zone.tab", folder), &about) == 0 ||
           stat(sw_format(arena, "%s/Etc/UTC", folder), &about) == 0;
}

bool sw_zone_is_name(const char *name)
{
    static const char *const local[] = {"localtime", "posixrules", "Factory"};
    size_t length = strlen(name);

    if (length == 0 || length > NAME_BYTES || name[0] == '/' || name[length - 1] == '/' ||
        strstr(name, "//") != NULL) {
        return false;
    }
    for (size_t i = 0; i < SW_COUNT(local); i++) {
        if (strcmp(name, local[i]) == 0) {
            return false;
        }
    }
    return name[strspn(
               name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/")] == '\0';
}

const struct sw_zone *sw_zone_utc(struct sw_arena *arena)
{
    struct sw_zone *zone = sw_alloc(arena, sizeof *zone);

    *zone = (struct sw_zone){0};
    return zone;
}

const struct sw_zone *sw_zone_read(const char *folder, const char *name, struct sw_arena *arena,
                                   struct sw_error *err)
{
    const char *path = sw_format(arena, "%s/%s", folder, name);
    const struct sw_zone *zone = NULL;
    struct sw_buf bytes;
    struct stat about;

    if (!sw_zone_is_name(name)) {
        sw_fail(err, SW_E_INPUT, "'%.80s' is no name of a time zone", name);
        return NULL;
    }
    if (stat(path, &about) != 0 || !S_ISREG(about.st_mode)) {
        sw_fail(err, SW_E_NOT_FOUND, "there is no time zone '%s' in %s", name, folder);
        return NULL;
    }
    sw_buf_init(&bytes, SW_LIMIT_ZONE_BYTES);
    if (sw_file_read(path, &bytes, err)) {
        zone = sw_zone_parse(bytes.bytes, bytes.length, arena, err);
    }
    sw_buf_release(&bytes);
    return zone;
}

const char *const *sw_zone_names(const char *folder, struct sw_arena *arena, size_t *ret_count)
{
    const char **names = NULL;
    struct sw_error ignored = {0};
    struct sw_buf list;

    *ret_count = 0;
    sw_buf_init(&list, SW_LIMIT_ZONE_BYTES);
    if (sw_file_read(sw_format(arena, "%s/zone.tab", folder), &list, &ignored)) {
        size_t lines = 1;
        const char *line = sw_copy(arena, list.bytes, list.length);

        for (const char *at = line; (at = strchr(at, '\n')) != NULL; at++) {
            lines++;
        }
        names = sw_alloc_array(arena, lines, sizeof *names);
        /* country, coordinates, name, perhaps a remark: parted by tabs */
        for (; line != NULL && *line != '\0'; line = strchr(line, '\n')) {
            line += *line == '\n' ? 1 : 0;
            size_t length = strcspn(line, "\n");
            const char *name = memchr(line, '\t', length);

            name = name == NULL ? NULL : memchr(name + 1, '\t', length - (size_t)(name + 1 - line));
            if (line[0] != '#' && name != NULL) {
                names[(*ret_count)++] = sw_copy(arena, name + 1, strcspn(name + 1, "\t\n"));
            }
        }
    }
    sw_buf_release(&list);
    return names;
}

/* ---- the rule at the end: POSIX TZ, and what RFC 8536 adds ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool take(const char **at, char c)
{
    if (**at != c) {
        return false;
    }
    (*at)++;
    return true;
}

/* One to three digits. */
static bool number(const char **at, int low, int high, int *ret)
{
    int value = 0;
    int count = 0;

    for (; is_digit(**at) && count < 3; count++, (*at)++) {
        value = value * 10 + (**at - '0');
    }
    if (count == 0 || is_digit(**at) || value < low || value > high) {
        return false;
    }
    *ret = value;
    return true;
}

/* [+-]hh[:mm[:ss]] */
static bool clock_time(const char **at, int hours_at_most, int32_t *ret_seconds)
{
    int hours = 0;
    int minutes = 0;
    int seconds = 0;
    bool is_minus = take(at, '-');

    if (!is_minus) {
        (void)take(at, '+');
    }
    if (!number(at, 0, hours_at_most, &hours) ||
        (take(at, ':') &&
         (!number(at, 0, 59, &minutes) || (take(at, ':') && !number(at, 0, 59, &seconds))))) {
        return false;
    }
    *ret_seconds = (int32_t)(hours * 3600 + minutes * 60 + seconds) * (is_minus ? -1 : 1);
    return true;
}

/* CET, <+0530> */
static bool abbreviation(const char **at)
{
    const char *begin = *at;
    bool is_quoted = take(at, '<');

    while (is_letter(**at) || (is_quoted && (is_digit(**at) || **at == '+' || **at == '-'))) {
        (*at)++;
    }
    return *at - begin >= 3 && (!is_quoted || take(at, '>'));
}

/* J60, 59, M3.5.0; and when on that day */
static bool rule(const char **at, struct rule_day *ret)
{
    struct rule_day day = {.kind = RULE_ZERO, .time_s = 2 * 3600};
    bool is_day = false;

    if (!take(at, ',')) {
        return false;
    }
    if (take(at, 'M')) {
        day.kind = RULE_WEEK;
        is_day = number(at, 1, 12, &day.month) && take(at, '.') && number(at, 1, 5, &day.week) &&
                 take(at, '.') && number(at, 0, 6, &day.day);
    } else if (take(at, 'J')) {
        day.kind = RULE_JULIAN;
        is_day = number(at, 1, 365, &day.day);
    } else {
        is_day = number(at, 0, 365, &day.day);
    }
    if (!is_day || (take(at, '/') && !clock_time(at, RULE_HOURS, &day.time_s))) {
        return false;
    }
    *ret = day;
    return true;
}

static bool parse_footer(struct sw_zone *zone, const char *text)
{
    const char *at = text;
    int32_t west = 0;

    if (!abbreviation(&at) || !clock_time(&at, OFFSET_HOURS, &west)) {
        return false;
    }
    zone->standard = -west;
    if (*at == '\0') {
        return true;
    }
    zone->has_summer = true;
    zone->summer = zone->standard + 3600;
    if (!abbreviation(&at)) {
        return false;
    }
    if (*at != ',') {
        if (!clock_time(&at, OFFSET_HOURS, &west)) {
            return false;
        }
        zone->summer = -west;
    }
    return rule(&at, &zone->start) && rule(&at, &zone->end) && *at == '\0';
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/** The instant of a change in that year; `offset` is in force before it. */
static int64_t change_at(const struct rule_day *rule, int year, int32_t offset)
{
    int64_t day = sw_date_days(year, 1, 1);

    if (rule->kind == RULE_ZERO) {
        day += rule->day;
    } else if (rule->kind == RULE_JULIAN) {
        day += rule->day - 1 + (is_leap(year) && rule->day >= 60 ? 1 : 0);
    } else {
        int64_t next = rule->month == 12 ? sw_date_days(year + 1, 1, 1)
                                         : sw_date_days(year, rule->month + 1, 1);
        day = sw_date_days(year, rule->month, 1);
        /* 1970-01-01, day 0, was a Thursday: 4 with Sunday as 0. */
        int weekday = (int)(((day + 4) % 7 + 7) % 7);

        day += (rule->day - weekday + 7) % 7 + INT64_C(7) * (rule->week - 1);
        day -= day >= next ? 7 : 0;
    }
    return day * DAY_S + rule->time_s - offset;
}

static int32_t offset_by_rule(const struct sw_zone *zone, int64_t seconds)
{
    int year = 0;
    int month = 0;
    int day = 0;
    int64_t local = seconds + zone->standard;

    if (!zone->has_summer) {
        return zone->standard;
    }
    sw_date_of(local / DAY_S - (local % DAY_S < 0 ? 1 : 0), &year, &month, &day);

    int64_t start = change_at(&zone->start, year, zone->standard);
    int64_t end = change_at(&zone->end, year, zone->summer);
    bool is_summer = start < end ? seconds >= start && seconds < end
                                 : seconds >= start || seconds < end; /* over the new year */

    return is_summer ? zone->summer : zone->standard;
}

/* ---- the file ---- */

static uint32_t word(const char *at)
{
    const unsigned char *b = (const unsigned char *)at;

    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static int64_t signed_word(const char *at)
{
    uint32_t bits = word(at);

    return bits > INT32_MAX ? (int64_t)bits - (INT64_C(1) << 32) : (int64_t)bits;
}

static int64_t long_word(const char *at)
{
    uint64_t bits = (uint64_t)word(at) << 32 | word(at + 4);

    return bits > INT64_MAX ? -(int64_t)(UINT64_MAX - bits) - 1 : (int64_t)bits;
}

/* In the order of the header. */
struct counts {
    uint64_t utc, standard, leap, change, type, letters;
};

static bool header(const char *bytes, size_t length, struct counts *ret)
{
    if (length < HEADER_BYTES || memcmp(bytes, "TZif", 4) != 0) {
        return false;
    }
    *ret = (struct counts){.utc = word(bytes + 20),
                           .standard = word(bytes + 24),
                           .leap = word(bytes + 28),
                           .change = word(bytes + 32),
                           .type = word(bytes + 36),
                           .letters = word(bytes + 40)};
    return true;
}

/* Each count has 32 bits, so the sum fits. */
static uint64_t size_of(const struct counts *n, uint64_t time_bytes)
{
    return n->change * (time_bytes + 1) + n->type * TYPE_BYTES + n->letters +
           n->leap * (time_bytes + 4) + n->standard + n->utc;
}

static bool take_changes(struct sw_zone *zone, const struct counts *n, const char *at,
                         struct sw_arena *arena)
{
    const char *indices = at + n->change * 8;
    const char *types = indices + n->change;

    zone->change_count = (size_t)n->change;
    zone->changes = sw_alloc_array(arena, zone->change_count + 1, sizeof *zone->changes);
    zone->offsets = sw_alloc_array(arena, zone->change_count + 1, sizeof *zone->offsets);
    for (uint64_t i = 0; i < n->type; i++) {
        int64_t offset = signed_word(types + i * TYPE_BYTES);

        /* RFC 8536, 3.2: it should be more than -25 h and less than 26 h. */
        if (offset <= -25 * 3600 || offset >= 26 * 3600) {
            return false;
        }
    }
    zone->first_offset = (int32_t)signed_word(types);
    for (size_t i = 0; i < zone->change_count; i++) {
        unsigned char type = (unsigned char)indices[i];

        zone->changes[i] = long_word(at + i * 8);
        if (type >= n->type || (i > 0 && zone->changes[i] <= zone->changes[i - 1])) {
            return false;
        }
        zone->offsets[i] = (int32_t)signed_word(types + (size_t)type * TYPE_BYTES);
    }
    return true;
}

const struct sw_zone *sw_zone_parse(const char *bytes, size_t length, struct sw_arena *arena,
                                    struct sw_error *err)
{
    struct sw_zone *zone = sw_alloc(arena, sizeof *zone);
    struct counts first;
    struct counts n;
    const char *end = bytes + length;
    const char *at = bytes;

    *zone = (struct sw_zone){0};
    if (!header(bytes, length, &first)) {
        sw_fail(err, SW_E_PROTOCOL, "it is no time zone file (TZif)");
        return NULL;
    }
    if (bytes[4] < '2') {
        sw_fail(err, SW_E_PROTOCOL,
                "its format is version 1, which says nothing of times after "
                "2037: install current time zone data (tzdata)");
        return NULL;
    }
    /* Version 2 repeats the block of version 1 with times of 64 bits. */
    if (size_of(&first, 4) > (uint64_t)(end - at - HEADER_BYTES)) {
        sw_fail(err, SW_E_PROTOCOL, "the time zone file ends too early");
        return NULL;
    }
    at += HEADER_BYTES + size_of(&first, 4);
    if (!header(at, (size_t)(end - at), &n) || n.type == 0 || n.type > 256 ||
        size_of(&n, 8) > (uint64_t)(end - at - HEADER_BYTES)) {
        sw_fail(err, SW_E_PROTOCOL, "the time zone file ends too early");
        return NULL;
    }
    if (n.leap != 0) {
        sw_fail(err, SW_E_PROTOCOL,
                "the time zone file counts leap seconds, which clocks here do "
                "not: take the zone of the same name without `right/`");
        return NULL;
    }
    at += HEADER_BYTES;
    const char *footer = at + size_of(&n, 8);
    const char *newline = end - footer < 2 || footer[0] != '\n'
                              ? NULL
                              : memchr(footer + 1, '\n', (size_t)(end - footer - 1));
    if (newline == NULL ||
        !parse_footer(zone, sw_copy(arena, footer + 1, (size_t)(newline - footer - 1))) ||
        !take_changes(zone, &n, at, arena)) {
        sw_fail(err, SW_E_PROTOCOL,
                "the time zone file says nothing of the future, or not in a way that is known");
        return NULL;
    }
    return zone;
}

/* ---- asked ---- */

int32_t sw_zone_offset(const struct sw_zone *zone, int64_t seconds)
{
    size_t low = 0;
    size_t high = zone->change_count;

    while (low < high) { /* how many changes are over */
        size_t middle = low + (high - low) / 2;

        if (zone->changes[middle] <= seconds) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low == zone->change_count ? offset_by_rule(zone, seconds)
           : low == 0                ? zone->first_offset
                                     : zone->offsets[low - 1];
}

void sw_zone_format(const struct sw_zone *zone, int64_t seconds, char out[SW_ZONE_TEXT_BYTES])
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    int32_t offset = sw_zone_offset(zone, seconds);
    int64_t local = seconds + offset;
    int64_t in_day = (local % DAY_S + DAY_S) % DAY_S;
    int64_t date = (local - in_day) / DAY_S;
    int32_t east = offset < 0 ? -offset : offset;
    int year = 0;
    int month = 0;
    int day = 0;

    sw_date_of(date, &year, &month, &day);
    (void)snprintf(out, SW_ZONE_TEXT_BYTES, "%s %04u-%02u-%02u %02u:%02u %c%02u:%02u",
                   days[((date + 3) % 7 + 7) % 7], (unsigned)year % 10000, (unsigned)month % 100,
                   (unsigned)day % 100, (unsigned)(in_day / 3600) % 100,
                   (unsigned)(in_day / 60 % 60), offset < 0 ? '-' : '+',
                   (unsigned)(east / 3600) % 100, (unsigned)(east / 60 % 60));
}
