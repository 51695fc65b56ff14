/* libc's select and its sets by other names, since <stdlib.h> brings them to every program; the
   names themselves are winsock2.h's. */
#ifndef WINSOCK_SYS_SELECT_H
#define WINSOCK_SYS_SELECT_H
#pragma GCC system_header

#pragma push_macro("FD_SETSIZE")
#pragma push_macro("FD_SET")
#pragma push_macro("FD_CLR")
#pragma push_macro("FD_ISSET")
#pragma push_macro("FD_ZERO")
#undef FD_SETSIZE
#undef FD_SET
#undef FD_CLR
#undef FD_ISSET
#undef FD_ZERO
#define fd_set winsock_libc_fd_set
#define select winsock_libc_select
#include_next <sys/select.h>
#undef fd_set
#undef select
#undef FD_SETSIZE
#undef FD_SET
#undef FD_CLR
#undef FD_ISSET
#undef FD_ZERO
#pragma pop_macro("FD_SETSIZE")
#pragma pop_macro("FD_SET")
#pragma pop_macro("FD_CLR")
#pragma pop_macro("FD_ISSET")
#pragma pop_macro("FD_ZERO")

#endif
