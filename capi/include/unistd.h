/* libc's, but for gethostname, which is winsock2.h's. */
#ifndef WINSOCK_UNISTD_H
#define WINSOCK_UNISTD_H
#pragma GCC system_header

#define gethostname winsock_libc_gethostname
#include_next <unistd.h>
#undef gethostname

#endif
