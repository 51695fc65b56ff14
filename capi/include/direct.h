/* Folders. */
#ifndef _INC_DIRECT
#define _INC_DIRECT

#include <unistd.h>

#ifdef __cplusplus
extern "C" {
#endif

int _mkdir(const char *path);
int _rmdir(const char *path);
int _chdir(const char *path);
char *_getcwd(char *buffer, int size);

#ifdef __cplusplus
}
#endif

#endif
