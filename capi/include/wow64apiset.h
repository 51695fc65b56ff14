/* Processes of another width, of which there are none. */
#ifndef _WOW64APISET_H_
#define _WOW64APISET_H_

#include <minwindef.h>

#ifdef __cplusplus
extern "C" {
#endif

BOOL WINAPI IsWow64Process(HANDLE hProcess, PBOOL Wow64Process);

#ifdef __cplusplus
}
#endif

#endif
