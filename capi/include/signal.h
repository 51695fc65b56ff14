/* libc's, with Windows' own signal: Ctrl+Break, which Linux' terminal sends as SIGQUIT. */
#pragma GCC system_header
#include_next <signal.h>
#ifndef WINSOCK_SIGNAL_H
#define WINSOCK_SIGNAL_H
#define SIGBREAK SIGQUIT
#define SIGABRT_COMPAT SIGABRT
#endif
