/* Threads as the C runtime makes them. */
#ifndef _INC_PROCESS
#define _INC_PROCESS

#include <stdint.h>

typedef void (*_beginthread_proc_type)(void *);
typedef unsigned (*_beginthreadex_proc_type)(void *);

#ifdef __cplusplus
extern "C" {
#endif

uintptr_t _beginthreadex(void *security, unsigned stack_size, _beginthreadex_proc_type start_address,
                         void *arglist, unsigned initflag, unsigned *thrdaddr);
void _endthreadex(unsigned retval) __attribute__((__noreturn__));
uintptr_t _beginthread(_beginthread_proc_type start_address, unsigned stack_size, void *arglist);
void _endthread(void) __attribute__((__noreturn__));
int _getpid(void);

#ifdef __cplusplus
}
#endif

#ifdef __cplusplus
/* A thread's number in an unsigned long. */
extern "C++" {
template <class T, class Wanted, class Result>
struct winsock_only {};
template <class T, class Result>
struct winsock_only<T, T, Result> {
    typedef Result type;
};
template <class T>
inline typename winsock_only<T, unsigned long, uintptr_t>::type
_beginthreadex(void *security, unsigned stack_size, _beginthreadex_proc_type start_address,
               void *arglist, unsigned initflag, T *thrdaddr) {
    unsigned number = 0;
    uintptr_t thread = _beginthreadex(security, stack_size, start_address, arglist, initflag, &number);
    if (thrdaddr)
        *thrdaddr = number;
    return thread;
}
}
#endif

#define getpid _getpid

#endif
