/* A stand-in for kernel32.dll, for the C# of our scripts: one small volume with a change journal.
 * Its names and layouts are Windows' own (fileapi.h, winioctl.h), its errors come back by errno,
 * where Mono looks for them. */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <uchar.h>

#define FAILED ((void *)-1)
#define IS_FOLDER 0x10u
#define IS_LINK 0x400u
#define IS_ENCRYPTED 0x4000u
#define TIERED 0x8000001Eu
#define JUNCTION 0xA0000003u
#define T2020 INT64_C(132223104000000000) /* 2020-01-01 */

struct entry {
    const char16_t *folder, *name;
    uint32_t attributes, tag;
    int64_t bytes, ticks;
    int streams; /* 1: the content; 2: another one, too; -1: can't be read */
    bool is_denied;
    int names; /* 0 is 1 */
};

static const char16_t half_pair[] = {'h', 0xD83D, '.', 'b', 'i', 'n', 0};

/* D:\T is the endpoint's folder, C:\Link leads there. */
static const struct entry entries[] = {
    {u"D:", u"System Volume Information", IS_FOLDER, 0, 0, T2020, 1, true, 0},
    {u"D:", u"Moved", IS_FOLDER, 0, 0, T2020, 1, false, 0},
    {u"D:", u"T", IS_FOLDER, 0, 0, T2020, 1, false, 0},
    {u"D:\\Moved", u"stub.iso", IS_LINK, TIERED, 4096, -5, 1, false, 0},
    {u"D:\\T", u"b.txt", 0, 0, 10, T2020, 1, false, 0},
    {u"D:\\T", u"a.txt", 0, 0, 20, -5, 2, false, 0},
    {u"D:\\T", u"A b", IS_FOLDER, 0, 0, T2020, 1, false, 0},
    {u"D:\\T", u"a", IS_FOLDER, 0, 0, T2020, 1, false, 0},
    {u"D:\\T", u"DESKTOP.INI", 0, 0, 1, T2020, 1, false, 0},
    {u"D:\\T", half_pair, 0, 0, 7, T2020, 1, false, 0},
    {u"D:\\T", u"link", IS_FOLDER | IS_LINK, JUNCTION, 0, T2020, 1, false, 0},
    {u"D:\\T", u"Locked", IS_FOLDER, 0, 0, T2020, 1, true, 0},
    {u"D:\\T", u"Twin.doc", 0, 0, 1, T2020, 1, false, 0},
    {u"D:\\T", u"tWIN.DOC", 0, 0, 2, T2020, 1, false, 0},
    {u"D:\\T", u"stub.mov", IS_LINK, TIERED, 900, T2020, 1, false, 0},
    {u"D:\\T\\a", u"x.TMP", 0, 0, 3, T2020, 1, false, 0},
    {u"D:\\T\\a", u"secret", IS_ENCRYPTED, 0, 4, T2020, 1, false, 0},
    {u"D:\\T\\a", u"odd", 0, 0, 5, T2020, -1, false, 0},
    {u"D:\\T\\A b", u"one", 0, 0, 6, T2020, 1, false, 0},
    {u"D:\\T", u"~$lock", 0, 0, 1, T2020, 1, false, 0},
    {u"D:\\T", u"635d02a9d91c401b97884b82b3bcdaea.7", 0, 0, 1, T2020, 1, false, 0},
    {u"D:\\T", u"$RECYCLE.BIN", IS_FOLDER, 0, 0, T2020, 1, false, 0},
    {u"D:\\T\\$RECYCLE.BIN", u"$R1.doc", 0, 0, 8, T2020, 1, false, 0},
    {u"D:\\T\\a", u"twice", 0, 0, 9, T2020, 1, false, 2},
};
#define COUNT (sizeof entries / sizeof entries[0])

/* Of the journal, oldest first: usn, what changed (index; 99: it is gone), why, by whom. */
static const struct {
    int64_t usn;
    int entry;
    int64_t ticks;
    uint32_t reason, source;
} records[] = {
    {100, 4, T2020 - 10, 0x80000001u, 0},  /* before */
    {180, 4, T2020 + 10, 0x80000001u, 0},  /* b.txt was written */
    {260, 14, T2020 + 20, 0x80100000u, 1}, /* stub.mov was tiered */
    {340, 6, T2020 + 30, 0x80002000u, 0},  /* the folder "A b" was moved in */
    {420, 99, T2020 + 40, 0x80000200u, 0}, /* something was deleted */
    {500, 3, T2020 + 50, 0x80000001u, 0},  /* outside of the folder */
};
#define RECORDS (sizeof records / sizeof records[0])
#define NEXT_USN 580

/* ---- texts ---- */

static size_t length_of(const char16_t *text)
{
    size_t length = 0;

    while (text[length] != 0) {
        length++;
    }
    return length;
}

static bool is_same(const char16_t *a, size_t a_length, const char16_t *b)
{
    return length_of(b) == a_length && memcmp(a, b, a_length * sizeof *a) == 0;
}

static size_t put(char16_t *to, size_t at, const char16_t *text)
{
    memcpy(to + at, text, (length_of(text) + 1) * sizeof *text);
    return at + length_of(text);
}

static bool begins(const char16_t *text, const char16_t *with)
{
    return length_of(text) >= length_of(with) &&
           memcmp(text, with, length_of(with) * sizeof *with) == 0;
}

/* Without the prefix and what stands at the end; where the junction leads. */
static void plain(const char16_t *path, char16_t *ret)
{
    const char16_t *at = begins(path, u"\\\\?\\") ? path + 4 : path;

    if (begins(at, u"C:\\Link")) {
        size_t end = put(ret, 0, u"D:\\T");
        (void)put(ret, end, at + length_of(u"C:\\Link"));
    } else {
        (void)put(ret, 0, at);
    }
    size_t length = length_of(ret);
    while (length > 0 && ret[length - 1] == '\\') {
        ret[--length] = 0;
    }
}

static int entry_of(const char16_t *path)
{
    for (size_t i = 0; i < COUNT; i++) {
        size_t folder = length_of(entries[i].folder);
        if (length_of(path) > folder && begins(path, entries[i].folder) && path[folder] == '\\' &&
            is_same(path + folder + 1, length_of(path) - folder - 1, entries[i].name)) {
            return (int)i;
        }
    }
    return -1;
}

/* ---- folders ---- */

struct find {
    char16_t folder[300];
    size_t next;
    int streams_left;
};

static struct find *find_new(void)
{
    struct find *find = calloc(1, sizeof *find);

    if (find == NULL) {
        abort();
    }
    return find;
}

static void fill(const struct entry *entry, unsigned char *data)
{
    uint32_t high = (uint32_t)(entry->bytes >> 32), low = (uint32_t)entry->bytes;

    memset(data, 0, 592);
    memcpy(data, &entry->attributes, 4);
    memcpy(data + 20, &entry->ticks, 8);
    memcpy(data + 28, &high, 4);
    memcpy(data + 32, &low, 4);
    memcpy(data + 36, &entry->tag, 4);
    memcpy(data + 44, entry->name, (length_of(entry->name) + 1) * sizeof(char16_t));
}

int32_t FindNextFileW(struct find *find, unsigned char *data)
{
    for (size_t i = find->next; i < COUNT; i++) {
        if (is_same(find->folder, length_of(find->folder), entries[i].folder)) {
            fill(&entries[i], data);
            find->next = i + 1;
            return 1;
        }
    }
    errno = 18;
    return 0;
}

void *FindFirstFileW(const char16_t *name, unsigned char *data)
{
    char16_t path[300];

    plain(name, path);
    size_t length = length_of(path);
    if (length == 0 || path[length - 1] != '*') {
        int entry = entry_of(path);
        if (entry < 0) {
            errno = 2;
            return FAILED;
        }
        fill(&entries[entry], data);
        return find_new();
    }
    path[length - 2] = 0;
    int entry = entry_of(path);
    if (entry >= 0 && entries[entry].is_denied) {
        errno = 5;
        return FAILED;
    }
    struct find *find = find_new();
    (void)put(find->folder, 0, path);
    if (FindNextFileW(find, data) == 0) {
        free(find);
        errno = 3;
        return FAILED;
    }
    return find;
}

int32_t FindClose(struct find *find)
{
    free(find);
    return 1;
}

int32_t FindNextStreamW(struct find *find, unsigned char *data)
{
    if (--find->streams_left <= 0) {
        errno = 38;
        return 0;
    }
    (void)put((char16_t *)(void *)(data + 8), 0, u":notes:$DATA");
    return 1;
}

void *FindFirstStreamW(const char16_t *name, int32_t level, unsigned char *data, uint32_t flags)
{
    char16_t path[300];

    (void)level;
    (void)flags;
    plain(name, path);
    int entry = entry_of(path);
    if (entry < 0 || entries[entry].streams < 0) {
        errno = entry < 0 ? 2 : 5;
        return FAILED;
    }
    struct find *find = find_new();
    find->streams_left = entries[entry].streams;
    (void)put((char16_t *)(void *)(data + 8), 0, u"::$DATA");
    return find;
}

uint32_t GetCompressedFileSizeW(const char16_t *name, uint32_t *ret_high)
{
    char16_t path[300];

    plain(name, path);
    int entry = entry_of(path);
    *ret_high = 0;
    if (entry < 0) {
        errno = 2;
        return UINT32_MAX;
    }
    errno = 0;
    return entries[entry].tag == TIERED ? 0 : (uint32_t)entries[entry].bytes;
}

int32_t GetDiskFreeSpaceExW(const char16_t *folder, uint64_t *mine, uint64_t *size, uint64_t *room)
{
    (void)folder;
    *mine = 1;
    *size = UINT64_C(1) << 41;
    *room = UINT64_C(1) << 40;
    return 1;
}

/* ---- handles: 0x10000 and the entry; 0x20000 the volume ---- */

void *CreateFileW(const char16_t *name, uint32_t access, uint32_t share, void *security,
                  uint32_t create, uint32_t flags, void *template)
{
    char16_t path[300];

    (void)access;
    (void)share;
    (void)security;
    (void)create;
    (void)flags;
    (void)template;
    plain(name, path);
    if (is_same(path, length_of(path), u"Volume{1}")) {
        return (void *)(intptr_t)0x20000;
    }
    int entry = entry_of(path);
    if (entry < 0) {
        errno = 2;
        return FAILED;
    }
    return (void *)(intptr_t)(0x10000 + entry);
}

int32_t GetFileInformationByHandle(void *handle, unsigned char *data)
{
    size_t entry = (size_t)((intptr_t)handle - 0x10000);
    int32_t names = 1;

    if (entry >= COUNT) {
        errno = 6;
        return 0;
    }
    memset(data, 0, 52);
    names = entries[entry].names == 0 ? names : entries[entry].names;
    memcpy(data + 40, &names, 4);
    return 1;
}

struct file_id {
    uint32_t size;
    int32_t type;
    int64_t low, high;
};

void *OpenFileById(void *volume, const struct file_id *id, uint32_t access, uint32_t share,
                   void *security, uint32_t flags)
{
    (void)access;
    (void)share;
    (void)security;
    (void)flags;
    if ((intptr_t)volume != 0x20000 || id->size != 24 || id->low >= (int64_t)COUNT) {
        errno = 87;
        return FAILED;
    }
    return (void *)(intptr_t)(0x10000 + id->low);
}

uint32_t GetFinalPathNameByHandleW(void *handle, char16_t *path, uint32_t size, uint32_t flags)
{
    size_t entry = (size_t)((intptr_t)handle - 0x10000);

    if (entry >= COUNT || size < 300) {
        return 0;
    }
    const char16_t *folder = entries[entry].folder;
    size_t at = put(path, 0, (flags & 1) != 0 ? u"\\\\?\\Volume{1}" : u"\\\\?\\D:");
    at = put(path, at, folder + 2);
    at = put(path, at, u"\\");
    return (uint32_t)put(path, at, entries[entry].name);
}

int32_t GetVolumePathNameW(const char16_t *file, char16_t *volume, uint32_t size)
{
    (void)size;
    (void)put(volume, 0, begins(file, u"C:") ? u"C:\\" : u"D:\\");
    return 1;
}

int32_t GetVolumeNameForVolumeMountPointW(const char16_t *mount, char16_t *volume, uint32_t size)
{
    (void)size;
    (void)put(volume, 0, begins(mount, u"D:") ? u"\\\\?\\Volume{1}\\" : u"\\\\?\\Volume{2}\\");
    return 1;
}

/* ---- the journal ---- */

static size_t add_record(unsigned char *output, size_t at, size_t record)
{
    uint32_t size = 80, attributes = 0;
    uint16_t major = 2, name_size = 2, name_offset = 60;
    int64_t entry = records[record].entry, parent = 98;
    char16_t letter = 'z';

    if (entry < (int64_t)COUNT) {
        attributes = entries[entry].attributes;
        parent = entry_of(entries[entry].folder);
    }
    memset(output + at, 0, size);
    memcpy(output + at, &size, 4);
    memcpy(output + at + 4, &major, 2);
    memcpy(output + at + 8, &entry, 8);
    memcpy(output + at + 16, &parent, 8);
    memcpy(output + at + 24, &records[record].usn, 8);
    memcpy(output + at + 32, &records[record].ticks, 8);
    memcpy(output + at + 40, &records[record].reason, 4);
    memcpy(output + at + 44, &records[record].source, 4);
    memcpy(output + at + 52, &attributes, 4);
    memcpy(output + at + 56, &name_size, 2);
    memcpy(output + at + 58, &name_offset, 2);
    memcpy(output + at + 60, &letter, 2);
    return at + size;
}

int32_t DeviceIoControl(void *handle, uint32_t code, const unsigned char *input, int32_t input_size,
                        unsigned char *output, int32_t output_size, int32_t *ret_size,
                        void *overlapped)
{
    uint64_t id = 7;
    int64_t first = 100, next = NEXT_USN, since = 0;
    uint32_t reasons = 0;
    size_t at = 8;

    (void)overlapped;
    if ((intptr_t)handle != 0x20000 || (code != 0x900F4 && (code != 0x900BB || input_size != 40))) {
        errno = 1;
        return 0;
    }
    if (code == 0x900F4) {
        memcpy(output, &id, 8);
        memcpy(output + 8, &first, 8);
        memcpy(output + 16, &next, 8);
        *ret_size = output_size;
        return 1;
    }
    memcpy(&since, input, 8);
    memcpy(&reasons, input + 8, 4);
    for (size_t i = 0; i < RECORDS; i++) {
        /* Two in one answer: the rest must be asked for. */
        if (records[i].usn >= since && (records[i].reason & reasons) != 0 && at < 160) {
            at = add_record(output, at, i);
            next = i + 1 < RECORDS ? records[i + 1].usn : NEXT_USN;
        }
    }
    memcpy(output, &next, 8);
    *ret_size = (int32_t)at;
    return 1;
}
