/* libc's, but for a few names that Windows' has not, and that are often a program's own variables. */
#ifndef WINSOCK_STRING_H
#define WINSOCK_STRING_H
#pragma GCC system_header

#define index winsock_libc_index
#define rindex winsock_libc_rindex
#define strsep winsock_libc_strsep
#include_next <string.h>
#undef index
#undef rindex
#undef strsep

#endif
