/* Files by their descriptors. */
#ifndef _INC_IO
#define _INC_IO

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <winsock/crt.h>

#define _A_NORMAL 0x00
#define _A_RDONLY 0x01
#define _A_HIDDEN 0x02
#define _A_SYSTEM 0x04
#define _A_SUBDIR 0x10
#define _A_ARCH 0x20

typedef unsigned _fsize_t;
struct _finddata_t {
    unsigned attrib;
    time_t time_create;
    time_t time_access;
    time_t time_write;
    _fsize_t size;
    char name[260];
};
struct _finddatai64_t {
    unsigned attrib;
    time_t time_create;
    time_t time_access;
    time_t time_write;
    long long size;
    char name[260];
};
struct _wfinddata_t {
    unsigned attrib;
    time_t time_create;
    time_t time_access;
    time_t time_write;
    _fsize_t size;
    wchar_t name[260];
};
struct _wfinddatai64_t {
    unsigned attrib;
    time_t time_create;
    time_t time_access;
    time_t time_write;
    long long size;
    wchar_t name[260];
};
#define __finddata64_t _finddatai64_t
#define _wfinddata64_t _wfinddatai64_t
#define _finddata64_t _finddatai64_t

#ifdef __cplusplus
extern "C" {
#endif

int _access(const char *path, int mode);
int _access_s(const char *path, int mode);
int _waccess(const wchar_t *path, int mode);
int _waccess_s(const wchar_t *path, int mode);
int _close(int fd);
intptr_t _get_osfhandle(int fd);
int _open_osfhandle(intptr_t handle, int flags);
int _pipe(int *ends, unsigned size, int mode);
int _read(int fd, void *buffer, unsigned count);
int _write(int fd, const void *buffer, unsigned count);
int _lseek(int fd, int offset, int origin);
long long _lseeki64(int fd, long long offset, int origin);
int _filelength(int fd);
long long _filelengthi64(int fd);
int _isatty(int fd);
int _unlink(const char *path);
int _wunlink(const wchar_t *path);
int _setmode(int fd, int mode);
int _open(const char *path, int flags, ...);
int _creat(const char *path, int mode);
int _dup(int fd);
int _dup2(int from, int to);
int _chsize(int fd, int size);
int _umask(int mode);
int _chmod(const char *path, int mode);
int _wchmod(const wchar_t *path, int mode);
intptr_t _findfirst(const char *pattern, struct _finddata_t *found);
int _findnext(intptr_t search, struct _finddata_t *found);
intptr_t _findfirsti64(const char *pattern, struct _finddatai64_t *found);
int _findnexti64(intptr_t search, struct _finddatai64_t *found);
intptr_t _wfindfirst(const wchar_t *pattern, struct _wfinddata_t *found);
int _wfindnext(intptr_t search, struct _wfinddata_t *found);
intptr_t _wfindfirsti64(const wchar_t *pattern, struct _wfinddatai64_t *found);
int _wfindnexti64(intptr_t search, struct _wfinddatai64_t *found);
int _findclose(intptr_t search);
int _commit(int fd);
errno_t _chsize_s(int fd, long long size);
int _eof(int fd);
int _tell(int fd);
long long _telli64(int fd);
int _wopen(const wchar_t *path, int flags, ...);
int _wcreat(const wchar_t *path, int mode);
int eof(int fd) __asm__("_eof");
int tell(int fd) __asm__("_tell");

#ifdef __cplusplus
}
#endif

/* Shared with whom makes no difference to Linux. */
#define _sopen(path, flags, sharing, ...) _open((path), (flags), ##__VA_ARGS__)
#define _wsopen(path, flags, sharing, ...) _wopen((path), (flags), ##__VA_ARGS__)
static inline int _sopen_s(int *fd, const char *path, int flags, int sharing, int mode) {
    (void)sharing;
    *fd = path == NULL ? (errno = EINVAL, -1) : _open(path, flags, mode);
    return *fd < 0 ? errno : 0;
}
static inline int _wsopen_s(int *fd, const wchar_t *path, int flags, int sharing, int mode) {
    (void)sharing;
    *fd = path == NULL ? (errno = EINVAL, -1) : _wopen(path, flags, mode);
    return *fd < 0 ? errno : 0;
}
#ifndef _fdopen
#define _fdopen fdopen
#endif

#define setmode _setmode
#define filelength _filelength
#define _findfirst64 _findfirsti64
#define _findnext64 _findnexti64
#define _wfindfirst64 _wfindfirsti64
#define _wfindnext64 _wfindnexti64

#endif
