/* Time since the start of the machine, in 100 ns. */
#ifndef _APISETREALTIME_
#define _APISETREALTIME_

#include <minwindef.h>

#ifdef __cplusplus
extern "C" {
#endif

VOID WINAPI QueryInterruptTime(PULONGLONG lpInterruptTime);
VOID WINAPI QueryInterruptTimePrecise(PULONGLONG lpInterruptTimePrecise);
BOOL WINAPI QueryUnbiasedInterruptTime(PULONGLONG UnbiasedTime);
VOID WINAPI QueryUnbiasedInterruptTimePrecise(PULONGLONG lpUnbiasedInterruptTimePrecise);

#ifdef __cplusplus
}
#endif

#endif
