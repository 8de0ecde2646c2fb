/*
 * Windows' own functions that the scripts' C# calls, for a PowerShell on Linux: kernel32.dll and
 * netapi32.dll as far as a table of files and change records goes. Layouts are written a second
 * time here, from the same pages: two readings that agree, no proof. Built by tests/powershell/run,
 * loaded by the names in LD_LIBRARY_PATH; no part of the program and of ctest.
 *
 * The table (STANDIN_FILES) has one row a line, fields parted by tabs:
 *   F ID PARENT ATTRIBUTES TAG LENGTH ALLOCATED FILETIME STREAMS PATH   (hex: ATTRIBUTES, TAG)
 *   J USN ID PARENT SOURCE REASON ATTRIBUTES FILETIME NAME              (hex: REASON, ATTRIBUTES)
 * STREAMS is -, DENIED (a folder that can't be listed, a file whose streams can't), TWICE (a file
 * with two names) or names of streams parted by ;
 *
 * Handles are true file descriptors: SafeFileHandle closes them as such.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ROWS 4096
#define INVALID ((void *)(intptr_t)-1)
#define VOLUME "\\\\?\\Volume{0c000000-0000-4000-8000-000000000001}"

enum { NOT_FOUND = 2, DENIED = 5, NO_MORE_FILES = 18, END_OF_FILE = 38, BAD_ID = 87 };

/* What the C# asks for by name. */
void *FindFirstFileW(const uint16_t *wide, uint8_t *data);
int FindNextFileW(void *handle, uint8_t *data);
int FindClose(void *handle);
void *FindFirstStreamW(const uint16_t *wide, int level, uint8_t *data, uint32_t flags);
int FindNextStreamW(void *handle, uint8_t *data);
uint32_t GetCompressedFileSizeW(const uint16_t *wide, uint32_t *high);
int GetVolumePathNameW(const uint16_t *wide, uint16_t *volume, uint32_t size);
int GetVolumeNameForVolumeMountPointW(const uint16_t *mount, uint16_t *volume, uint32_t size);
void *CreateFileW(const uint16_t *wide, uint32_t access, uint32_t share, void *security,
                  uint32_t create, uint32_t flags, void *template);
void *OpenFileById(void *volume, const uint8_t *id, uint32_t access, uint32_t share, void *security,
                   uint32_t flags);
uint32_t GetFinalPathNameByHandleW(void *handle, uint16_t *path, uint32_t size, uint32_t flags);
int GetFileInformationByHandle(void *handle, uint8_t *data);
int DeviceIoControl(void *handle, uint32_t code, const uint8_t *input, int input_size,
                    uint8_t *output, int output_size, int *returned, void *overlapped);
int GetDiskFreeSpaceExW(const uint16_t *folder, uint64_t *mine, uint64_t *size, uint64_t *spare);
int NetStatisticsGet(const uint16_t *server, const uint16_t *service, int level, int options,
                     void **buffer);
int NetApiBufferFree(void *buffer);

struct row {
    bool is_record;
    uint32_t attributes, tag, source, reason;
    int64_t id, parent, length, allocated, time, usn;
    char streams[256], path[4096];
};

/* Windows' functions carry no context, so what is open is kept here. */
struct standin {
    struct row rows[ROWS];
    size_t row_count;
    const struct row *open_rows[65536]; /* by descriptor; NULL: the volume */
};
static struct standin *const its = &(struct standin){0};

static void take_row(char *line)
{
    struct row *row = &its->rows[its->row_count];
    char kind = 0;
    int at = 0;

    line[strcspn(line, "\n")] = '\0';
    if (sscanf(line, "F\t%ld\t%ld\t%x\t%x\t%ld\t%ld\t%ld\t%255s\t%n", &row->id, &row->parent,
               &row->attributes, &row->tag, &row->length, &row->allocated, &row->time, row->streams,
               &at) == 8) {
        kind = 'F';
    } else if (sscanf(line, "J\t%ld\t%ld\t%ld\t%u\t%x\t%x\t%ld\t%n", &row->usn, &row->id,
                      &row->parent, &row->source, &row->reason, &row->attributes, &row->time,
                      &at) == 7) {
        kind = 'J';
    }
    if (kind != 0 && its->row_count + 1 < ROWS) {
        row->is_record = kind == 'J';
        snprintf(row->path, sizeof row->path, "%s", line + at);
        its->row_count++;
    }
}

static void load(void)
{
    char line[8192];
    const char *name = getenv("STANDIN_FILES");
    FILE *file = its->row_count > 0 || name == NULL ? NULL : fopen(name, "r");

    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        take_row(line);
    }
    if (file != NULL) {
        fclose(file);
    }
}

static void put(uint8_t *at, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        at[i] = (uint8_t)(value >> (8 * i));
    }
}

/* UTF-8 to UTF-16; the control character 0x1A stands for half a surrogate pair (0xD800). */
static size_t widen(const char *text, uint16_t *out, size_t room)
{
    const uint8_t *at = (const uint8_t *)text;
    size_t count = 0;

    while (*at != 0 && count + 2 < room) {
        uint32_t point = *at++;
        int more = point >= 0xF0 ? 3 : point >= 0xE0 ? 2 : point >= 0xC0 ? 1 : 0;
        point = more == 0 ? point : point & (0x3Fu >> more);
        for (int i = 0; i < more; i++) {
            point = (point << 6) | (*at++ & 0x3Fu);
        }
        if (point == 0x1A) {
            out[count++] = 0xD800;
        } else if (point >= 0x10000) {
            out[count++] = (uint16_t)(0xD7C0 + (point >> 10));
            out[count++] = (uint16_t)(0xDC00 + (point & 0x3FF));
        } else {
            out[count++] = (uint16_t)point;
        }
    }
    out[count] = 0;
    return count;
}

static void narrow(const uint16_t *text, char *out, size_t room)
{
    size_t count = 0;

    for (; *text != 0 && count + 5 < room; text++) {
        uint32_t point = *text;
        if (point >= 0xD800 && point < 0xDC00 && text[1] >= 0xDC00 && text[1] < 0xE000) {
            point = 0x10000 + ((point - 0xD800) << 10) + (*++text - 0xDC00u);
        }
        if (point == 0xD800) {
            out[count++] = 0x1A;
        } else if (point < 0x80) {
            out[count++] = (char)point;
        } else if (point < 0x800) {
            out[count++] = (char)(0xC0 | (point >> 6));
            out[count++] = (char)(0x80 | (point & 0x3F));
        } else if (point < 0x10000) {
            out[count++] = (char)(0xE0 | (point >> 12));
            out[count++] = (char)(0x80 | ((point >> 6) & 0x3F));
            out[count++] = (char)(0x80 | (point & 0x3F));
        } else {
            out[count++] = (char)(0xF0 | (point >> 18));
            out[count++] = (char)(0x80 | ((point >> 12) & 0x3F));
            out[count++] = (char)(0x80 | ((point >> 6) & 0x3F));
            out[count++] = (char)(0x80 | (point & 0x3F));
        }
    }
    out[count] = '\0';
}

/* A path without \\?\ and without a '\' at its end, as the table has it. */
static const char *plain(const uint16_t *wide, char *room, size_t size)
{
    narrow(wide, room, size);
    if (strncmp(room, "\\\\?\\", 4) == 0 && strncmp(room, VOLUME, strlen(VOLUME)) != 0) {
        memmove(room, room + 4, strlen(room + 4) + 1);
    }
    size_t length = strlen(room);
    if (length > 0 && room[length - 1] == '\\') {
        room[length - 1] = '\0';
    }
    return room;
}

static const struct row *find_path(const char *path)
{
    load();
    for (size_t i = 0; i < its->row_count; i++) {
        if (!its->rows[i].is_record && strcasecmp(its->rows[i].path, path) == 0) {
            return &its->rows[i];
        }
    }
    return NULL;
}

static const struct row *find_id(int64_t id)
{
    for (size_t i = 0; i < its->row_count; i++) {
        if (!its->rows[i].is_record && its->rows[i].id == id) {
            return &its->rows[i];
        }
    }
    return NULL;
}

/* WIN32_FIND_DATA */
static void put_found(const struct row *row, const char *name, uint8_t *data)
{
    uint16_t wide[260];
    size_t count = widen(name, wide, 260);

    memset(data, 0, 592);
    put(data, row->attributes, 4);
    put(data + 20, (uint64_t)row->time, 8);
    put(data + 28, (uint64_t)row->length >> 32, 4);
    put(data + 32, (uint64_t)row->length, 4);
    put(data + 36, (row->attributes & 0x400) != 0 ? row->tag : 0, 4);
    for (size_t i = 0; i <= count; i++) {
        put(data + 44 + 2 * i, wide[i], 2);
    }
}

struct find {
    const struct row *folder;
    size_t at;
    int dots;
};

void *FindFirstFileW(const uint16_t *wide, uint8_t *data)
{
    char path[16384];
    plain(wide, path, sizeof path);
    size_t length = strlen(path);
    bool is_list = length > 2 && strcmp(path + length - 2, "\\*") == 0;

    if (is_list) {
        path[length - 2] = '\0';
    }
    const struct row *row = find_path(path);
    if (row == NULL || (is_list && strcmp(row->streams, "DENIED") == 0)) {
        errno = row == NULL ? NOT_FOUND : DENIED;
        return INVALID;
    }
    struct find *find = calloc(1, sizeof *find);
    if (find == NULL) {
        abort();
    }
    find->folder = row;
    if (is_list) {
        FindNextFileW(find, data);
    } else {
        const char *name = strrchr(row->path, '\\');
        put_found(row, name == NULL ? row->path : name + 1, data);
    }
    return find;
}

int FindNextFileW(void *handle, uint8_t *data)
{
    struct find *find = handle;

    if (find->dots < 2) {
        put_found(find->folder, find->dots++ == 0 ? "." : "..", data);
        return 1;
    }
    for (; find->at < its->row_count; find->at++) {
        const struct row *row = &its->rows[find->at];
        if (!row->is_record && row->parent == find->folder->id && row != find->folder) {
            put_found(row, strrchr(row->path, '\\') + 1, data);
            find->at++;
            return 1;
        }
    }
    errno = NO_MORE_FILES;
    return 0;
}

int FindClose(void *handle)
{
    free(handle);
    return 1;
}

static void put_stream(const char *name, size_t length, uint8_t *data)
{
    char text[300];
    uint16_t wide[296];

    snprintf(text, sizeof text, ":%.*s:$DATA", (int)length, name);
    size_t count = widen(text, wide, 296);
    memset(data, 0, 600);
    for (size_t i = 0; i <= count; i++) {
        put(data + 8 + 2 * i, wide[i], 2);
    }
}

struct streams {
    const char *at;
};

void *FindFirstStreamW(const uint16_t *wide, int level, uint8_t *data, uint32_t flags)
{
    char path[16384];
    const struct row *row = find_path(plain(wide, path, sizeof path));
    (void)level;
    (void)flags;

    if (row == NULL || strcmp(row->streams, "DENIED") == 0) {
        errno = row == NULL ? NOT_FOUND : DENIED;
        return INVALID;
    }
    struct streams *streams = calloc(1, sizeof *streams);
    if (streams == NULL) {
        abort();
    }
    bool has_more = strcmp(row->streams, "-") != 0 && strcmp(row->streams, "TWICE") != 0;
    streams->at = has_more ? row->streams : "";
    put_stream("", 0, data);
    return streams;
}

int FindNextStreamW(void *handle, uint8_t *data)
{
    struct streams *streams = handle;
    size_t length = strcspn(streams->at, ";");

    if (length == 0) {
        errno = END_OF_FILE;
        return 0;
    }
    put_stream(streams->at, length, data);
    streams->at += length + (streams->at[length] == ';' ? 1 : 0);
    return 1;
}

uint32_t GetCompressedFileSizeW(const uint16_t *wide, uint32_t *high)
{
    char path[16384];
    const struct row *row = find_path(plain(wide, path, sizeof path));

    errno = row == NULL ? NOT_FOUND : 0;
    *high = row == NULL ? 0 : (uint32_t)((uint64_t)row->allocated >> 32);
    return row == NULL ? 0xFFFFFFFFu : (uint32_t)row->allocated;
}

int GetVolumePathNameW(const uint16_t *wide, uint16_t *volume, uint32_t size)
{
    (void)wide;
    widen("D:\\", volume, size);
    return 1;
}

int GetVolumeNameForVolumeMountPointW(const uint16_t *mount, uint16_t *volume, uint32_t size)
{
    (void)mount;
    widen(VOLUME "\\", volume, size);
    return 1;
}

static void *open_row(const struct row *row)
{
    int at = open("/dev/null", O_RDONLY | O_CLOEXEC);

    if (at < 0 || at >= 65536) {
        abort();
    }
    its->open_rows[at] = row;
    return (void *)(intptr_t)at;
}

void *CreateFileW(const uint16_t *wide, uint32_t access, uint32_t share, void *security,
                  uint32_t create, uint32_t flags, void *template)
{
    char path[16384];
    const struct row *row = find_path(plain(wide, path, sizeof path));
    (void)access;
    (void)share;
    (void)security;
    (void)create;
    (void)flags;
    (void)template;

    if (row == NULL && strcmp(path, VOLUME) != 0) {
        errno = NOT_FOUND;
        return INVALID;
    }
    return open_row(row);
}

/* BY_HANDLE_FILE_INFORMATION: the number of names at 40. */
int GetFileInformationByHandle(void *handle, uint8_t *data)
{
    const struct row *row = its->open_rows[(intptr_t)handle];

    memset(data, 0, 52);
    put(data + 40, row != NULL && strcmp(row->streams, "TWICE") == 0 ? 2 : 1, 4);
    return 1;
}

void *OpenFileById(void *volume, const uint8_t *id, uint32_t access, uint32_t share, void *security,
                   uint32_t flags)
{
    int64_t wanted = 0;
    (void)volume;
    (void)access;
    (void)share;
    (void)security;
    (void)flags;

    memcpy(&wanted, id + 8, 8); /* FILE_ID_DESCRIPTOR: size, type, id */
    const struct row *row = find_id(wanted);
    if (row == NULL) {
        errno = BAD_ID;
        return INVALID;
    }
    return open_row(row);
}

uint32_t GetFinalPathNameByHandleW(void *handle, uint16_t *path, uint32_t size, uint32_t flags)
{
    const struct row *row = its->open_rows[(intptr_t)handle];
    char text[8192];

    snprintf(text, sizeof text, "%s%s", flags == 1 ? VOLUME : "\\\\?\\",
             row == NULL  ? ""
             : flags == 1 ? row->path + 2
                          : row->path);
    return (uint32_t)widen(text, path, size);
}

static int64_t last_usn(void)
{
    int64_t last = 0;

    for (size_t i = 0; i < its->row_count; i++) {
        last = its->rows[i].is_record && its->rows[i].usn > last ? its->rows[i].usn : last;
    }
    return last + 96;
}

/* USN_RECORD_V2 */
static size_t put_record(const struct row *row, uint8_t *out)
{
    uint16_t wide[260];
    size_t count = widen(row->path, wide, 260);
    size_t length = (60 + 2 * count + 7) / 8 * 8;

    memset(out, 0, length);
    put(out, length, 4);
    put(out + 4, 2, 2);
    put(out + 8, (uint64_t)row->id, 8);
    put(out + 16, (uint64_t)row->parent, 8);
    put(out + 24, (uint64_t)row->usn, 8);
    put(out + 32, (uint64_t)row->time, 8);
    put(out + 40, row->reason, 4);
    put(out + 44, row->source, 4);
    put(out + 52, row->attributes, 4);
    put(out + 56, 2 * count, 2);
    put(out + 58, 60, 2);
    for (size_t i = 0; i < count; i++) {
        put(out + 60 + 2 * i, wide[i], 2);
    }
    return length;
}

/* Two records an answer, so that the caller must ask again. */
static size_t put_records(const uint8_t *input, uint8_t *output)
{
    int64_t since = 0;
    uint32_t reasons = 0;
    size_t size = 8;
    int given = 0;

    memcpy(&since, input, 8);
    memcpy(&reasons, input + 8, 4);
    int64_t next = last_usn();
    for (size_t i = 0; i < its->row_count; i++) {
        if (!its->rows[i].is_record || its->rows[i].usn < since ||
            (its->rows[i].reason & reasons) == 0) {
            continue;
        }
        if (given++ == 2) {
            next = its->rows[i].usn;
            break;
        }
        size += put_record(&its->rows[i], output + size);
    }
    put(output, (uint64_t)next, 8);
    return size;
}

int DeviceIoControl(void *handle, uint32_t code, const uint8_t *input, int input_size,
                    uint8_t *output, int output_size, int *returned, void *overlapped)
{
    (void)handle;
    (void)input_size;
    (void)output_size;
    (void)overlapped;
    load();
    if (getenv("STANDIN_NO_JOURNAL") != NULL) {
        errno = 1179; /* ERROR_JOURNAL_NOT_ACTIVE */
        return 0;
    }
    if (code == 0x000900F4) {
        memset(output, 0, 80);
        put(output, UINT64_C(0xFEDCBA9876543210), 8);
        put(output + 8, 1024, 8);
        put(output + 16, (uint64_t)last_usn(), 8);
        *returned = 80;
        return 1;
    }
    *returned = (int)put_records(input, output);
    return 1;
}

int GetDiskFreeSpaceExW(const uint16_t *folder, uint64_t *mine, uint64_t *size, uint64_t *spare)
{
    (void)folder;
    *mine = UINT64_C(1000000000);
    *spare = UINT64_C(9007199254740993); /* one more than a double can tell */
    *size = UINT64_C(36028797018963968);
    return 1;
}

/* STAT_SERVER_0 */
int NetStatisticsGet(const uint16_t *server, const uint16_t *service, int level, int options,
                     void **buffer)
{
    static const uint32_t numbers[17] = {1795170000u, 77, 0, 0, 4000000000u};
    (void)server;
    (void)service;
    (void)level;
    (void)options;
    *buffer = (void *)(uintptr_t)numbers;
    return getenv("STANDIN_NO_STATISTICS") != NULL ? 2185 : 0; /* NERR_ServiceNotInstalled */
}

int NetApiBufferFree(void *buffer)
{
    (void)buffer;
    return 0;
}
