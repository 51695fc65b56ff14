/* What is left of streams and descriptors: how many there may be, where they stand, what is to be on
   the disk; and errno's text. */
#include "crt.h"
#include <fcntl.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

int _getmaxstdio(void) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur > 8192 ? 8192 : (int)limit.rlim_cur;
}

/* Streams have no number of their own here, descriptors have: what is asked for is there, up to
   what the user may have. */
int _setmaxstdio(int count) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    if (count < 20 || count > 8192 || (rlim_t)count > limit.rlim_max) {
        errno = EINVAL;
        return -1;
    }
    if (limit.rlim_cur < (rlim_t)count) {
        limit.rlim_cur = (rlim_t)count;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
            return -1;
    }
    return count;
}

char *_strerror(const char *prefix) {
    const char *error = strerror(errno), *between = ": ";
    if (prefix == NULL || *prefix == 0)
        prefix = between = "";
    char *text = NULL;
    if (asprintf(&text, "%s%s%s\n", prefix, between, error) < 0)
        return NULL;
    return winsock_keep(WINSOCK_OWN_ERROR_TEXT, text);
}

void _swab(char *from, char *to, int count) {
    for (; count > 1; count -= 2, from += 2, to += 2) {
        char first = from[0];
        to[0] = from[1];
        to[1] = first;
    }
}

/* As putw, which tells nothing: the value, or EOF. */
int _putw(int value, FILE *file) { return fwrite(&value, sizeof value, 1, file) == 1 ? value : EOF; }

int _commit(int fd) { return fsync(fd); }

int _chsize_s(int fd, long long size) {
    if (size >= 0)
        return ftruncate(fd, size) == 0 ? 0 : errno;
    errno = EINVAL;
    winsock_invalid_parameter();
    return EINVAL;
}

long long _telli64(int fd) { return lseek(fd, 0, SEEK_CUR); }

int _tell(int fd) {
    long long at = _telli64(fd);
    if (at <= 0x7FFFFFFF)
        return (int)at;
    errno = EINVAL;
    return -1;
}

/* 1 at the end of a file, 0 before it; -1 for what has none. */
int _eof(int fd) {
    long long at = _telli64(fd);
    struct stat file;
    if (at < 0 || fstat(fd, &file) != 0)
        return -1;
    return at >= file.st_size;
}

int _open(const char *path, int flags, ...);
int winsock_stat(const char *path, struct stat *facts);

int _wopen(const wchar_t *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    int mode = flags & O_CREAT ? va_arg(arguments, int) : 0;
    va_end(arguments);
    char *narrow = winsock_narrow_text(path);
    int fd = _open(narrow == NULL ? "" : narrow, flags, mode);
    free(narrow);
    return fd;
}

int _wcreat(const wchar_t *path, int mode) { return _wopen(path, O_CREAT | O_TRUNC | O_WRONLY, mode); }

int _wstat(const wchar_t *path, struct stat *told) {
    char *narrow = winsock_narrow_text(path);
    int failed = winsock_stat(narrow == NULL ? "" : narrow, told);
    free(narrow);
    return failed;
}
