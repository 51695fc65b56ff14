/* libc's, with Windows' functions. */
#ifndef WINSOCK_SYS_TIMEB_H
#define WINSOCK_SYS_TIMEB_H
#pragma GCC system_header
#include_next <sys/timeb.h>
#include <time.h>

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
    struct tm parts;
    clock_gettime(CLOCK_REALTIME, &time);
    localtime_r(&time.tv_sec, &parts);
    now->time = time.tv_sec;
    now->millitm = (unsigned short)(time.tv_nsec / 1000000);
    now->timezone = (short)(-parts.tm_gmtoff / 60 + (parts.tm_isdst > 0 ? 60 : 0));
    now->dstflag = (short)(parts.tm_isdst > 0);
    return 0;
}

#endif
