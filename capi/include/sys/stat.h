/* libc's, by paths that may have backslashes. */
#ifndef WINSOCK_SYS_STAT_H
#define WINSOCK_SYS_STAT_H
#pragma GCC system_header
#include_next <sys/stat.h>

#ifdef __cplusplus
#define WINSOCK_NOTHROW __THROW
extern "C" {
#else
#define WINSOCK_NOTHROW
#endif
int chmod(const char *, mode_t) WINSOCK_NOTHROW __asm__("winsock_chmod");
int mkdir(const char *, mode_t) WINSOCK_NOTHROW __asm__("winsock_mkdir");
int stat(const char *, struct stat *) WINSOCK_NOTHROW __asm__("winsock_stat");
#ifdef __cplusplus
}
#endif
#undef WINSOCK_NOTHROW

#endif
