/* Two sorted lists of files that are all but the same, compared in ranges: files a second of one
 * core, and what of memory it takes. */
#include "stdlib/filesync/manifest.h"
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { RANGE = 20000, FILES = 2000000 };

static void differs(void *context, enum sw_manifest_class class,
                    const struct sw_manifest_line *server, const struct sw_manifest_line *share)
{
    (void)class;
    (void)server;
    (void)share;
    ++*(long *)context;
}

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* One in 5,000 differs. */
static void fill(struct sw_buf *buf, long from, int newer, char *last, size_t room)
{
    sw_buf_clear(buf);
    for (long i = from; i < from + RANGE; i++) {
        snprintf(last, room, "Projects\\%03ld\\%04ld Harbour old town\\report %06ld final.docx",
                 i / 40000, i / 200 % 10000, i);
        sw_buf_addf(buf, "f %ld %lld %s\n", 1000 + i * 7 % 900000,
                    133000000000000000LL + i + (newer && i % 5000 == 0 ? 1 : 0), last);
    }
}

int main(void)
{
    struct sw_buf server, share;
    struct sw_manifest_tally tally = {0};
    char after[256] = "", last[256] = "";
    double took = 0;
    long found = 0;

    sw_buf_init(&server, 64u << 20);
    sw_buf_init(&share, 64u << 20);
    for (long from = 0; from < FILES; from += RANGE) {
        const char *through = NULL;
        struct sw_error err = {0};

        fill(&server, from, 1, last, sizeof last);
        fill(&share, from, 0, last, sizeof last);

        struct sw_manifest_part a = {server.bytes, server.length, last};
        struct sw_manifest_part b = {share.bytes, share.length, last};
        double began = seconds();

        if (!sw_manifest_compare(after, &a, &b, differs, &found, &tally, &through, &err)) {
            fprintf(stderr, "%s\n", err.text);
            return 1;
        }
        took += seconds() - began;
        snprintf(after, sizeof after, "%s", through);
    }
    printf("manifests: %d files on each side, %ld differ: %.2f M files/s, %.0f MiB of lists at a "
           "time\n",
           FILES, found, FILES / took / 1e6, (double)(server.length + share.length) / 1048576);
    sw_buf_release(&server);
    sw_buf_release(&share);
    return 0;
}
