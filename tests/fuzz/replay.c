/**
 * @file Runs a fuzz target over files, or over all files of folders, without libFuzzer: so each
 * preset replays the corpus. A target that finds something ends the process.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PATH_BYTES 4096
#define FILE_BYTES ((size_t)16 * 1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* @return inputs replayed */
static size_t replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    SW_CLEANUP(sw_buf_release) struct sw_buf input;
    char piece[4096];

    sw_buf_init(&input, FILE_BYTES);
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    for (size_t got = 0; (got = fread(piece, 1, sizeof piece, file)) > 0;) {
        sw_buf_add(&input, piece, got);
    }
    sw_require(ferror(file) == 0 && fclose(file) == 0 && !input.is_over);

    /* A copy without a byte behind it, so that the sanitizers see any step too far. */
    uint8_t *exact = sw_heap(input.length);

    memcpy(exact, input.bytes, input.length);
    (void)LLVMFuzzerTestOneInput(exact, input.length);
    free(exact);
    return 1;
}

static size_t replay(const char *path)
{
    DIR *folder = opendir(path);
    size_t count = 0;

    if (folder == NULL) {
        return replay_file(path);
    }
    for (const struct dirent *entry = NULL; (entry = readdir(folder)) != NULL;) {
        char inner[PATH_BYTES];
        int length = snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        struct stat about;

        sw_require(length > 0 && (size_t)length < sizeof inner);
        if (stat(inner, &about) == 0 && S_ISREG(about.st_mode)) {
            count += replay_file(inner);
        }
    }
    (void)closedir(folder);
    return count;
}

int main(int count, char **paths)
{
    size_t inputs = 0;

    for (int i = 1; i < count; i++) {
        size_t some = replay(paths[i]);

        if (some == 0) {
            (void)fprintf(stderr, "%s: no input to replay\n", paths[i]);
            return 1;
        }
        inputs += some;
    }
    (void)printf("%zu inputs replayed\n", inputs);
    return inputs == 0;
}
