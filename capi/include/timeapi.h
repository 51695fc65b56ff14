/* The multimedia clock. */
#ifndef _TIMEAPI_H_
#define _TIMEAPI_H_

#include <minwindef.h>

typedef UINT MMRESULT;
#define TIMERR_NOERROR 0
#define TIMERR_NOCANDO 97

#ifdef __cplusplus
extern "C" {
#endif

DWORD WINAPI timeGetTime(void);
MMRESULT WINAPI timeBeginPeriod(UINT uPeriod);
MMRESULT WINAPI timeEndPeriod(UINT uPeriod);

#ifdef __cplusplus
}
#endif

#endif
