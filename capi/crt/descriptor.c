/* Descriptors, by Windows' names for what is done with them. */
#include "crt.h"
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

/* As capi/include/fcntl.h has them. */
#define MODE_TEXT 0
#define MODE_BINARY 0x8000
#define MODE_WIDE 0x10000
#define MODE_UTF16 0x20000
#define MODE_UTF8 0x40000

const char *winsock_path(char room[PATH_ROOM], const char *path) {
    if (path == NULL || strchr(path, '\\') == NULL)
        return path;
    size_t length = strlen(path);
    if (length >= PATH_ROOM) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    for (size_t at = 0; at <= length; at++)
        room[at] = path[at] == '\\' ? '/' : path[at];
    return room;
}

/* What is behind the name of a device. The console is the terminal, or without one what the
   standard streams are. */
static const char *device(const char *name) {
    if (strcasecmp(name, "NUL") == 0)
        return "/dev/null";
    int reads = strcasecmp(name, "CONIN$") == 0;
    if (!reads && strcasecmp(name, "CONOUT$") != 0 && strcasecmp(name, "CON") != 0)
        return NULL;
    int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0)
        return reads ? "/dev/stdin" : "/dev/stdout";
    close(terminal);
    return "/dev/tty";
}

/* As winsock_path, of what is only opened: a device is not to be removed by its name. */
const char *winsock_opened_path(char room[PATH_ROOM], const char *path) {
    const char *named = path != NULL && strlen(path) < sizeof "CONOUT$" ? device(path) : NULL;
    return named != NULL ? named : winsock_path(room, path);
}

#define NOTED 1024
#define HANDLES 65536
static _Atomic int modes[NOTED];

/* Nothing is translated: text has \n as binary has, and wide output is UTF-8 in every mode. What was
   set is told to who sets anew. */
int _setmode(int fd, int mode) {
    if (mode != MODE_TEXT && mode != MODE_BINARY && mode != MODE_WIDE && mode != MODE_UTF16 &&
        mode != MODE_UTF8) {
        errno = EINVAL;
        winsock_invalid_parameter();
        return -1;
    }
    if (fcntl(fd, F_GETFD) < 0)
        return -1;
    return fd < NOTED ? atomic_exchange(&modes[fd], mode) : MODE_TEXT;
}

int _open(const char *path, int flags, ...) {
    int mode = 0;
    if (flags & O_CREAT) {
        va_list arguments;
        va_start(arguments, flags);
        mode = va_arg(arguments, int);
        va_end(arguments);
    }
    flags &= ~(MODE_BINARY | MODE_WIDE | MODE_UTF16 | MODE_UTF8);
    char room[PATH_ROOM];
    path = winsock_opened_path(room, path);
    if (path == NULL)
        return -1;
    /* _S_IREAD and _S_IWRITE speak of everybody. */
    return open(path, flags, (mode & 0400 ? 0444 : 0) | (mode & 0200 ? 0222 : 0) | (mode & 0777));
}

int _creat(const char *path, int mode) {
    return _open(path, O_RDWR | O_CREAT | O_TRUNC, mode);
}

/* As libc's, whose mode speaks of each. */
int winsock_open(const char *path, int flags, ...) {
    mode_t mode = 0;
    if (flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE) {
        va_list arguments;
        va_start(arguments, flags);
        mode = va_arg(arguments, mode_t);
        va_end(arguments);
    }
    char room[PATH_ROOM];
    path = winsock_opened_path(room, path);
    flags &= ~(MODE_BINARY | MODE_WIDE | MODE_UTF16 | MODE_UTF8);
    return path == NULL ? -1 : open(path, flags, mode);
}

int winsock_creat(const char *path, mode_t mode) {
    return winsock_open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

static _Atomic intptr_t handles[HANDLES];

int CloseHandle(void *handle);

int winsock_note_handle(int fd, intptr_t handle) {
    if (fd < 0 || fd >= HANDLES)
        return -1;
    intptr_t before = atomic_exchange(&handles[fd], handle);
    if (before != 0)
        CloseHandle((void *)before);
    return 0;
}

intptr_t winsock_noted_handle(int fd) {
    return fd < 0 || fd >= HANDLES ? 0 : atomic_load(&handles[fd]);
}

/* Both ends by descriptors; _O_NOINHERIT closes them in children. How large the pipe is, is Linux'. */
int _pipe(int *ends, unsigned size, int mode) {
    (void)size;
    return pipe2(ends, mode & O_CLOEXEC ? O_CLOEXEC : 0);
}

int _dup(int fd) { return dup(fd); }

/* 0, where Linux returns the descriptor. */
int _dup2(int from, int to) { return dup2(from, to) < 0 ? -1 : 0; }

int _chsize(int fd, int size) { return ftruncate(fd, size); }

int _umask(int mode) { return (int)umask((mode_t)mode); }

/* Read-only or not, for everybody, as Windows has it. */
int _chmod(const char *path, int mode) {
    struct stat facts;
    char room[PATH_ROOM];
    path = winsock_path(room, path);
    if (path == NULL || stat(path, &facts) < 0)
        return -1;
    mode_t before = facts.st_mode & 07777;
    return chmod(path, mode & 0200 ? before | 0200 : before & ~(mode_t)0222);
}
