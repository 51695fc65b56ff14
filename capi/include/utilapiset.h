/* The bell. */
#ifndef _APISETUTIL_
#define _APISETUTIL_

#include <minwindef.h>

#ifdef __cplusplus
extern "C" {
#endif

BOOL WINAPI Beep(DWORD dwFreq, DWORD dwDuration);

#ifdef __cplusplus
}
#endif

#endif
