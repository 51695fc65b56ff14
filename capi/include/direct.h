/* Folders. */
#ifndef _INC_DIRECT
#define _INC_DIRECT

#include <stddef.h>
#include <unistd.h>

#ifdef __cplusplus
extern "C" {
#endif

int _mkdir(const char *path);
int _rmdir(const char *path);
int _chdir(const char *path);
char *_getcwd(char *buffer, int size);
int _wmkdir(const wchar_t *path);
int _wrmdir(const wchar_t *path);
int _wchdir(const wchar_t *path);
wchar_t *_wgetcwd(wchar_t *buffer, int size);

#ifdef __cplusplus
}
#endif

#endif
