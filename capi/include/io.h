/* Files by their descriptors. */
#ifndef _INC_IO
#define _INC_IO

#include <stddef.h>
#include <unistd.h>
#include <winsock/crt.h>

#ifdef __cplusplus
extern "C" {
#endif

int _access(const char *path, int mode);
int _access_s(const char *path, int mode);
int _waccess(const wchar_t *path, int mode);
int _waccess_s(const wchar_t *path, int mode);
int _close(int fd);
int _read(int fd, void *buffer, unsigned count);
int _write(int fd, const void *buffer, unsigned count);
int _lseek(int fd, int offset, int origin);
long long _lseeki64(int fd, long long offset, int origin);
int _filelength(int fd);
long long _filelengthi64(int fd);
int _isatty(int fd);
int _unlink(const char *path);

#ifdef __cplusplus
}
#endif

#endif
