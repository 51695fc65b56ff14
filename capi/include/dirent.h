/* libc's, by paths that may have backslashes. */
#ifndef WINSOCK_DIRENT_H
#define WINSOCK_DIRENT_H
#pragma GCC system_header
#include_next <dirent.h>

#ifdef __cplusplus
extern "C" {
#endif
DIR *opendir(const char *) __asm__("winsock_opendir");
#ifdef __cplusplus
}
#endif

#endif
