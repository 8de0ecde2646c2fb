#include "engine/window.h"

#include "base/text.h"
#include "base/time.h"
#include "base/zone.h"

enum {
    MINUTE_S = 60,
    DAY_MINUTES = 24 * 60,
    /* A window of one day a week may lie in the hour that is skipped: then it comes a week later.
     */
    AHEAD_DAYS = 15,
};

static int64_t seconds_of(int64_t ns)
{
    return ns / SW_NS_PER_S - (ns % SW_NS_PER_S < 0 ? 1 : 0);
}

static bool is_open(const struct sw_edge *edge, int64_t seconds)
{
    int64_t local = seconds + sw_zone_offset(edge->clock, seconds);
    int64_t minutes = local / MINUTE_S - (local % MINUTE_S < 0 ? 1 : 0);
    int minute = (int)((minutes % DAY_MINUTES + DAY_MINUTES) % DAY_MINUTES);
    int64_t date = (minutes - minute) / DAY_MINUTES;
    unsigned day = (unsigned)(((date + 3) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
    bool is_over_midnight = edge->to_minute <= edge->from_minute;

    if (is_over_midnight && minute < edge->to_minute) {
        day = (day + 6) % 7; /* it opened the evening before */
    } else if (minute < edge->from_minute || (!is_over_midnight && minute >= edge->to_minute)) {
        return false;
    }
    return (edge->day_mask & 1u << day) != 0;
}

/** The next full minute at which it is open, or shut. @return false: not within AHEAD_DAYS */
static bool next(const struct sw_edge *edge, int64_t seconds, bool wants_open, int64_t *ret)
{
    int64_t at = seconds - ((seconds % MINUTE_S) + MINUTE_S) % MINUTE_S;

    for (int i = 0; i < AHEAD_DAYS * DAY_MINUTES; i++) {
        at += MINUTE_S;
        if (is_open(edge, at) == wants_open) {
            *ret = at;
            return true;
        }
    }
    return false;
}

/* By the wall, and in UTC for whoever sits elsewhere. */
static const char *both_clocks(const struct sw_edge *edge, int64_t seconds, struct sw_arena *arena)
{
    char local[SW_ZONE_TEXT_BYTES];
    char utc[SW_TIME_TEXT_BYTES];

    sw_zone_format(edge->clock, seconds, local);
    sw_time_format(seconds * SW_NS_PER_S, utc);
    return sw_text_is_folded(edge->zone, "UTC") ? sw_copy_text(arena, utc)
                                                : sw_format(arena, "%s (%s)", local, utc);
}

static const char *opens(const struct sw_edge *edge, int64_t seconds, struct sw_arena *arena)
{
    int64_t at = 0;

    return next(edge, seconds, true, &at)
               ? sw_format(arena, "opens %s", both_clocks(edge, at, arena))
               : sw_format(arena, "does not open within %d days", AHEAD_DAYS);
}

const char *sw_window_text(const struct sw_edge *edge, struct sw_arena *arena)
{
    static const char *const names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    const char *days = "";

    for (size_t i = 0; i < SW_COUNT(names); i++) {
        if ((edge->day_mask & 1u << i) != 0) {
            days = sw_format(arena, "%s%s%s", days, days[0] == '\0' ? "" : ", ", names[i]);
        }
    }
    return sw_format(arena, "%s, %02d:%02d to %02d:%02d %s", days, edge->from_minute / 60,
                     edge->from_minute % 60, edge->to_minute / 60, edge->to_minute % 60,
                     edge->zone == NULL ? "UTC" : edge->zone);
}

static const char *not_known(const struct sw_edge *edge, struct sw_arena *arena)
{
    return sw_format(arena, "whether its window (%s) is open cannot be told: %s",
                     sw_window_text(edge, arena),
                     edge->clock_missing == NULL ? "its zone is not known" : edge->clock_missing);
}

const char *sw_window_shut(const struct sw_edge *edge, int64_t now_ns, struct sw_arena *arena)
{
    int64_t seconds = seconds_of(now_ns);

    if (edge->day_mask == 0) {
        return NULL;
    }
    if (edge->clock == NULL) {
        return not_known(edge, arena);
    }
    return is_open(edge, seconds)
               ? NULL
               : sw_format(arena, "it is outside of its window, %s, which %s",
                           sw_window_text(edge, arena), opens(edge, seconds, arena));
}

const char *sw_window_now(const struct sw_edge *edge, int64_t now_ns, struct sw_arena *arena)
{
    int64_t seconds = seconds_of(now_ns);
    int64_t at = 0;

    if (edge->day_mask == 0) {
        return NULL;
    }
    if (edge->clock == NULL) {
        return not_known(edge, arena);
    }
    if (!is_open(edge, seconds)) {
        return opens(edge, seconds, arena);
    }
    return next(edge, seconds, false, &at)
               ? sw_format(arena, "open now, until %s", both_clocks(edge, at, arena))
               : "open now";
}

void sw_window_put(struct sw_builder *map, const struct sw_edge *edge, int64_t now_ns)
{
    struct sw_builder window = sw_map_begin(map->arena);

    if (edge->day_mask == 0) {
        return;
    }
    sw_map_put_text(&window, "text", sw_window_text(edge, map->arena));
    if (edge->clock != NULL) {
        char local[SW_ZONE_TEXT_BYTES];

        sw_zone_format(edge->clock, seconds_of(now_ns), local);
        sw_map_put_text(&window, "local", local);
        sw_map_put(&window, "is_open", sw_bool(is_open(edge, seconds_of(now_ns))));
    }
    sw_map_put_text(&window, "says", sw_window_now(edge, now_ns, map->arena));
    sw_map_put(map, "window", sw_built(&window));
}
