/* libc's, with Windows' functions. */
#ifndef WINSOCK_SYS_TIMEB_H
#define WINSOCK_SYS_TIMEB_H
#pragma GCC system_header
#include_next <sys/timeb.h>
#include <time.h>
#include <winsock/crt.h>

#define _timeb timeb
#define __timeb32 timeb
#define __timeb64 timeb
#define _ftime winsock_ftime
#define _ftime32 winsock_ftime
#define _ftime64 winsock_ftime
#define _ftime_s winsock_ftime
#define _ftime32_s winsock_ftime
#define _ftime64_s winsock_ftime
#define ftime winsock_ftime

/* Seconds and milliseconds of UTC; minutes west of it. */
static inline int winsock_ftime(struct timeb *now) {
    struct timespec time;
    struct tm local, utc;
    timespec_get(&time, TIME_UTC);
    localtime_s(&local, &time.tv_sec);
    gmtime_s(&utc, &time.tv_sec); /* whose mktime is off by the zone, without summer time */
    now->time = time.tv_sec;
    now->millitm = (unsigned short)(time.tv_nsec / 1000000);
    now->timezone = (short)((mktime(&utc) - time.tv_sec) / 60);
    now->dstflag = (short)(local.tm_isdst > 0);
    return 0;
}

#endif
