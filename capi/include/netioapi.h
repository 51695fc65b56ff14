/* Interfaces by name and by number. */
#ifndef _NETIOAPI_H_
#define _NETIOAPI_H_

#include <ifdef.h>
#include <nldef.h>

#define NETIO_SUCCESS(status) ((status) == 0)

#ifdef __cplusplus
extern "C" {
#endif

NET_IFINDEX if_nametoindex(PCSTR InterfaceName) __asm__("winsock_if_nametoindex");
PCHAR if_indextoname(NET_IFINDEX InterfaceIndex, PCHAR InterfaceName) __asm__("winsock_if_indextoname");

#ifdef __cplusplus
}
#endif

#endif
