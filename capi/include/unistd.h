/* libc's, but for gethostname, which is winsock2.h's, and socklen_t, which is ws2tcpip.h's int. */
#ifndef WINSOCK_UNISTD_H
#define WINSOCK_UNISTD_H
#pragma GCC system_header

#define gethostname winsock_libc_gethostname
#define socklen_t winsock_libc_socklen_t
#include_next <unistd.h>
#undef gethostname
#undef socklen_t

#endif
