/* Unique identifiers. */
#ifndef __RPCDCE_H__
#define __RPCDCE_H__

#include <minwindef.h>
#include <guiddef.h>

#ifndef RPC_S_OK
#define RPC_S_OK 0
#endif
#ifndef UUID_DEFINED
#define UUID_DEFINED
typedef GUID UUID;
#endif
typedef LONG RPC_STATUS;
typedef unsigned char *RPC_CSTR;
#define RPC_ENTRY

#ifdef __cplusplus
extern "C" {
#endif

RPC_STATUS RPC_ENTRY UuidCreate(UUID *Uuid);
RPC_STATUS RPC_ENTRY UuidToStringA(const UUID *Uuid, RPC_CSTR *StringUuid);
RPC_STATUS RPC_ENTRY RpcStringFreeA(RPC_CSTR *String);

#ifdef __cplusplus
}
#endif

#ifndef UNICODE
#define UuidToString UuidToStringA
#define RpcStringFree RpcStringFreeA
#endif

#endif
