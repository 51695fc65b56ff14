/* Windows Sockets 1.1: the same functions. */
#ifndef _WINSOCKAPI_
#include <winsock2.h>
#include <mswsock.h>
#endif
