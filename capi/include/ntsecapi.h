/* Random bytes. */
#ifndef _NTSECAPI_
#define _NTSECAPI_

#include <minwindef.h>

#ifdef __cplusplus
extern "C" {
#endif

BOOLEAN WINAPI SystemFunction036(PVOID RandomBuffer, ULONG RandomBufferLength);

#ifdef __cplusplus
}
#endif

#define RtlGenRandom SystemFunction036

#endif
