/* libc's, but for u_long, which has Windows' 32 bits, and for short names that Windows has not. */
#ifndef WINSOCK_SYS_TYPES_H
#define WINSOCK_SYS_TYPES_H
#pragma GCC system_header

#define u_long winsock_libc_u_long
#define daddr_t winsock_libc_daddr_t
#define key_t winsock_libc_key_t
#define quad_t winsock_libc_quad_t
#define u_quad_t winsock_libc_u_quad_t
#define uint winsock_libc_uint
#define ulong winsock_libc_ulong
#define ushort winsock_libc_ushort
#include_next <sys/types.h>
#undef u_long
#undef daddr_t
#undef key_t
#undef quad_t
#undef u_quad_t
#undef uint
#undef ulong
#undef ushort
typedef unsigned int u_long;

#endif
