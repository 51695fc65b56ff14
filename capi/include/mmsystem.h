/* Of the multimedia functions: the clock, and timers. */
#ifndef _INC_MMSYSTEM
#define _INC_MMSYSTEM

#include <timeapi.h>

typedef void(CALLBACK TIMECALLBACK)(UINT uTimerID, UINT uMsg, DWORD_PTR dwUser, DWORD_PTR dw1,
                                    DWORD_PTR dw2);
typedef TIMECALLBACK *LPTIMECALLBACK;

#define MMSYSERR_NOERROR 0
#define MMSYSERR_INVALPARAM 11
#define TIME_ONESHOT 0x0
#define TIME_PERIODIC 0x1
#define TIME_CALLBACK_FUNCTION 0x0
#define TIME_CALLBACK_EVENT_SET 0x10
#define TIME_CALLBACK_EVENT_PULSE 0x20
#define TIME_KILL_SYNCHRONOUS 0x100

#ifdef __cplusplus
extern "C" {
#endif

MMRESULT WINAPI timeSetEvent(UINT uDelay, UINT uResolution, LPTIMECALLBACK fptc, DWORD_PTR dwUser,
                             UINT fuEvent);
MMRESULT WINAPI timeKillEvent(UINT uTimerID);

#ifdef __cplusplus
}
#endif

#endif
