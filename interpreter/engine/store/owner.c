#include "engine/store/owner.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STAT_BYTES = 1024, STAT_FIELD_STATE = 3, STAT_FIELD_START = 22 };

/* Small files of /proc come whole in one read. */
static bool read_small(const char *path, char *out, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        return false;
    }

    ssize_t length = read(fd, out, size - 1);

    (void)close(fd);
    if (length <= 0) {
        return false;
    }
    out[length] = '\0';
    return true;
}

bool sw_owner_parse_stat(const char *text, uint64_t *ret_start, bool *ret_is_gone)
{
    /* The second field is the program's name in brackets and may hold spaces and brackets. */
    const char *at = strrchr(text, ')');
    bool is_gone = false;

    if (at == NULL || at[1] != ' ') {
        return false;
    }
    at += 2;
    for (int field = STAT_FIELD_STATE; field < STAT_FIELD_START; field++) {
        if (field == STAT_FIELD_STATE) {
            is_gone = *at == 'Z' || *at == 'X' || *at == 'x';
        }
        at = strchr(at, ' ');
        if (at == NULL) {
            return false;
        }
        at++;
    }

    char *end;
    unsigned long long start = strtoull(at, &end, 10);

    if (end == at || (*end != ' ' && *end != '\n' && *end != '\0')) {
        return false;
    }
    *ret_start = start;
    *ret_is_gone = is_gone;
    return true;
}

static bool read_stat(int64_t pid, uint64_t *ret_start, bool *ret_is_gone)
{
    char path[48];
    char text[STAT_BYTES];

    (void)snprintf(path, sizeof path, "/proc/%" PRId64 "/stat", pid);
    return read_small(path, text, sizeof text) && sw_owner_parse_stat(text, ret_start, ret_is_gone);
}

static void read_boot(char out[40])
{
    char text[64];

    out[0] = '\0';
    if (read_small("/proc/sys/kernel/random/boot_id", text, sizeof text)) {
        size_t length = strcspn(text, "\n");

        if (length < 40) {
            memcpy(out, text, length);
            out[length] = '\0';
        }
    }
}

void sw_owner_self(struct sw_owner *ret_owner)
{
    bool is_gone;

    *ret_owner = (struct sw_owner){.pid = getpid()};
    (void)read_stat(ret_owner->pid, &ret_owner->start, &is_gone);
    read_boot(ret_owner->boot);
}

bool sw_owner_is_alive(const struct sw_owner *owner)
{
    char boot[40];
    uint64_t start;
    bool is_gone;

    if (owner->pid <= 0) {
        return false;
    }
    read_boot(boot);
    if (*boot != '\0' && *owner->boot != '\0' && !sw_text_is(boot, owner->boot)) {
        return false;
    }
    if (kill((pid_t)owner->pid, 0) != 0 && errno == ESRCH) {
        return false;
    }
    if (!read_stat(owner->pid, &start, &is_gone)) {
        return true;
    }
    return !is_gone && (owner->start == 0 || owner->start == start);
}

bool sw_owner_is(const struct sw_owner *a, const struct sw_owner *b)
{
    return a->pid == b->pid && a->start == b->start && sw_text_is(a->boot, b->boot);
}
