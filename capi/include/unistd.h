/* libc's, by paths that may have backslashes, but for gethostname, which is winsock2.h's, and socklen_t, which is ws2tcpip.h's int. */
#ifndef WINSOCK_UNISTD_H
#define WINSOCK_UNISTD_H
#pragma GCC system_header

/* Macros of a program, which may stand before a header that includes this one, and the runtime's
   __argv, which is a parameter there. */
#pragma push_macro("__argv")
#pragma push_macro("close")
#pragma push_macro("getpid")
#pragma push_macro("pipe")
#pragma push_macro("read")
#pragma push_macro("sleep")
#pragma push_macro("usleep")
#pragma push_macro("write")
#undef __argv
#undef close
#undef getpid
#undef pipe
#undef read
#undef sleep
#undef usleep
#undef write
#define gethostname winsock_libc_gethostname
#define socklen_t winsock_libc_socklen_t
#include_next <unistd.h>
#undef gethostname
#undef socklen_t
#ifdef __cplusplus
#define WINSOCK_NOTHROW __THROW
extern "C" {
#else
#define WINSOCK_NOTHROW
#endif
int access(const char *, int) WINSOCK_NOTHROW __asm__("winsock_access");
int chdir(const char *) WINSOCK_NOTHROW __asm__("winsock_chdir");
int rmdir(const char *) WINSOCK_NOTHROW __asm__("winsock_rmdir");
int unlink(const char *) WINSOCK_NOTHROW __asm__("winsock_unlink");
#ifdef __cplusplus
}
#endif
#undef WINSOCK_NOTHROW
#pragma pop_macro("__argv")
#pragma pop_macro("close")
#pragma pop_macro("getpid")
#pragma pop_macro("pipe")
#pragma pop_macro("read")
#pragma pop_macro("sleep")
#pragma pop_macro("usleep")
#pragma pop_macro("write")

#endif
