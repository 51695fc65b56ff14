/* libc's, but for u_long, which has Windows' 32 bits. */
#ifndef WINSOCK_SYS_TYPES_H
#define WINSOCK_SYS_TYPES_H
#pragma GCC system_header

#define u_long winsock_libc_u_long
#include_next <sys/types.h>
#undef u_long
typedef unsigned int u_long;

#endif
