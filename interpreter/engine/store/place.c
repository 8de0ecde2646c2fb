#include "engine/store/place.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { OPEN_TO_OTHERS = 077 };

static void close_at(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
    }
}

const char *sw_place_network(uint64_t type)
{
    static const struct {
        uint32_t type;
        const char *name;
    } known[] = {
        {0x00006969, "NFS"},          {0x0000517b, "SMB"},    {0xfe534d42, "SMB2"},
        {0xff534d42, "CIFS"},         {0x0000564c, "NCP"},    {0x5346414f, "AFS"},
        {0x6b414653, "AFS"},          {0x73757245, "Coda"},   {0x01021997, "9P"},
        {0x65735546, "FUSE"},         {0x00c36400, "Ceph"},   {0x01161970, "GFS2"},
        {0x7461636f, "OCFS2"},        {0x0bd00bd0, "Lustre"}, {0x47504653, "GPFS"},
        {0x19830326, "BeeGFS"},       {0xaad7aaea, "PanFS"},  {0x786f4256, "VirtualBox share"},
        {0xbacbacbc, "VMware share"},
    };

    /* Where the field is a signed 32-bit word, the high bit has been carried up. */
    for (size_t i = 0; i < SW_COUNT(known); i++) {
        if ((uint32_t)type == known[i].type) {
            return known[i].name;
        }
    }
    return NULL;
}

static bool check_file_system(int fd, const char *folder, struct sw_error *err)
{
    struct statfs about;

    if (fstatfs(fd, &about) != 0) {
        return sw_fail(err, SW_E_IO, "ask which file system holds '%s': %s", folder,
                       strerror(errno));
    }

    const char *network = sw_place_network((uint64_t)about.f_type);

    if (network != NULL) {
        return sw_fail(err, SW_E_DENIED,
                       "'%s' is on %s, where a journal is not safe; choose a folder on a disk of "
                       "this machine",
                       folder, network);
    }
    return true;
}

static bool check_ours(const struct stat *about, const char *path, struct sw_error *err)
{
    if (about->st_uid != geteuid()) {
        return sw_fail(err, SW_E_DENIED, "'%s' belongs to user %lu, not to us (%lu)", path,
                       (unsigned long)about->st_uid, (unsigned long)geteuid());
    }
    if ((about->st_mode & OPEN_TO_OTHERS) != 0) {
        return sw_fail(err, SW_E_DENIED, "'%s' is open to other users; run: chmod go= '%s'", path,
                       path);
    }
    return true;
}

/* Looks without opening: closing any descriptor of the journal would drop the locks that another
 * connection of this process holds on it (fcntl(2)). */
static bool check_file(int folder_fd, const char *folder, const char *name, bool *ret_is_there,
                       struct sw_error *err)
{
    struct stat about;
    char path[SW_ERROR_TEXT_BYTES / 2];
    size_t length = strlen(folder);

    if (fstatat(folder_fd, name, &about, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) {
            *ret_is_there = false;
            return true;
        }
        return sw_fail(err, SW_E_IO, "look at '%s/%s': %s", folder, name, strerror(errno));
    }
    if (!S_ISREG(about.st_mode) || about.st_nlink != 1) {
        return sw_fail(err, SW_E_DENIED, "'%s/%s' is a link or no plain file", folder, name);
    }
    if (length > sizeof path - 32) {
        length = sizeof path - 32;
    }
    memcpy(path, folder, length);
    path[length] = '/';
    memcpy(path + length + 1, name, strlen(name) + 1);
    if (!check_ours(&about, path, err)) {
        return false;
    }
    *ret_is_there = true;
    return true;
}

/* @return false with errno */
static bool make_file(int folder_fd)
{
    int fd =
        openat(folder_fd, SW_PLACE_FILE, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (fd < 0) {
        return false;
    }

    bool is_synced = fsync(fd) == 0 && fsync(folder_fd) == 0;
    int why = errno;

    (void)close(fd);
    errno = why;
    return is_synced;
}

static enum sw_code code_of_errno(int why)
{
    return why == EACCES || why == EPERM ? SW_E_DENIED : SW_E_IO;
}

/* @return the descriptor, -1 when failed */
static int lock_folder(int folder_fd, const char *folder, struct sw_error *err)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = openat(folder_fd, "open.lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (fd < 0) {
        (void)sw_fail(err, code_of_errno(errno), "make '%s/open.lock': %s", folder,
                      strerror(errno));
        return -1;
    }
    while (fcntl(fd, F_SETLKW, &lock) != 0) {
        if (errno != EINTR) {
            (void)sw_fail(err, SW_E_IO, "lock '%s/open.lock': %s", folder, strerror(errno));
            (void)close(fd);
            return -1;
        }
    }
    return fd;
}

static bool prepare_files(int folder_fd, const char *folder, struct sw_error *err)
{
    bool is_file_there;
    bool is_wal_there;
    bool is_shm_there;

    if (!check_file(folder_fd, folder, SW_PLACE_FILE, &is_file_there, err) ||
        !check_file(folder_fd, folder, SW_PLACE_FILE "-wal", &is_wal_there, err) ||
        !check_file(folder_fd, folder, SW_PLACE_FILE "-shm", &is_shm_there, err)) {
        return false;
    }
    if (!is_file_there && is_wal_there) {
        return sw_fail(err, SW_E_CORRUPT,
                       "'%s/" SW_PLACE_FILE "' is gone, but its write-ahead file is there", folder);
    }
    if (!is_file_there && !make_file(folder_fd)) {
        return sw_fail(err, code_of_errno(errno), "make '%s/" SW_PLACE_FILE "': %s", folder,
                       strerror(errno));
    }
    return true;
}

bool sw_place_prepare(const char *folder, struct sw_arena *arena, const char **ret_path,
                      int *ret_lock, struct sw_error *err)
{
    struct stat about;

    if (!sw_folder_make(folder, err)) {
        return sw_fail(err, err->code, "%s; the journals lie there, --state names another folder",
                       sw_copy_text(arena, err->text));
    }

    SW_CLEANUP(close_at) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &about) != 0) {
        return sw_fail(err, code_of_errno(errno), "open folder '%s': %s", folder, strerror(errno));
    }
    if (!check_ours(&about, folder, err) || !check_file_system(fd, folder, err)) {
        return false;
    }

    int lock = lock_folder(fd, folder, err);

    if (lock < 0) {
        return false;
    }
    if (!prepare_files(fd, folder, err)) {
        (void)close(lock);
        return false;
    }
    /* Debian's SQLite takes a name that begins with "file:" for a URI; ours never does. */
    *ret_path = sw_format(arena, "%s%s/" SW_PLACE_FILE, *folder == '/' ? "" : "./", folder);
    *ret_lock = lock;
    return true;
}
