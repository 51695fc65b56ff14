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
/* A thread's number as a DWORD* or an unsigned long*, and functions that return a DWORD. */
extern "C++" {
inline uintptr_t _beginthreadex(void *security, unsigned stack_size,
                                _beginthreadex_proc_type start_address, void *arglist,
                                unsigned initflag, unsigned long *thrdaddr) {
    unsigned number = 0;
    uintptr_t thread = _beginthreadex(security, stack_size, start_address, arglist, initflag, &number);
    if (thrdaddr)
        *thrdaddr = number;
    return thread;
}
inline uintptr_t _beginthreadex(void *security, unsigned stack_size,
                                _beginthreadex_proc_type start_address, void *arglist,
                                unsigned initflag, decltype(nullptr)) {
    return _beginthreadex(security, stack_size, start_address, arglist, initflag, (unsigned *)0);
}
inline uintptr_t _beginthreadex(void *security, unsigned stack_size,
                                _beginthreadex_proc_type start_address, void *arglist,
                                unsigned initflag, long) {
    return _beginthreadex(security, stack_size, start_address, arglist, initflag, (unsigned *)0);
}
}
#endif

#endif
