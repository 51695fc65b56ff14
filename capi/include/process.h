/* Threads as the C runtime makes them, and programs. */
#ifndef _INC_PROCESS
#define _INC_PROCESS

#include <features.h>
#include <stddef.h>
#include <stdint.h>

/* How a program is begun: waited for, beside this one, in its place, or without a terminal. */
#define _P_WAIT 0
#define _P_NOWAIT 1
#define _P_OVERLAY 2
#define _OLD_P_OVERLAY _P_OVERLAY
#define _P_NOWAITO 3
#define _P_DETACH 4
#define P_WAIT _P_WAIT
#define P_NOWAIT _P_NOWAIT
#define P_OVERLAY _P_OVERLAY
#define OLD_P_OVERLAY _P_OVERLAY
#define P_NOWAITO _P_NOWAITO
#define P_DETACH _P_DETACH
#define _WAIT_CHILD 0
#define _WAIT_GRANDCHILD 1
#define WAIT_CHILD _WAIT_CHILD
#define WAIT_GRANDCHILD _WAIT_GRANDCHILD

typedef void (*_beginthread_proc_type)(void *);
typedef unsigned (*_beginthreadex_proc_type)(void *);

#ifdef __cplusplus
#define WINSOCK_NOTHROW __THROW
extern "C" {
#else
#define WINSOCK_NOTHROW
#endif

uintptr_t _beginthreadex(void *security, unsigned stack_size, _beginthreadex_proc_type start_address,
                         void *arglist, unsigned initflag, unsigned *thrdaddr);
void _endthreadex(unsigned retval) __attribute__((__noreturn__));
uintptr_t _beginthread(_beginthread_proc_type start_address, unsigned stack_size, void *arglist);
void _endthread(void) __attribute__((__noreturn__));
int _getpid(void);

intptr_t _spawnl(int mode, const char *path, const char *argument, ...);
intptr_t _spawnle(int mode, const char *path, const char *argument, ...);
intptr_t _spawnlp(int mode, const char *path, const char *argument, ...);
intptr_t _spawnlpe(int mode, const char *path, const char *argument, ...);
intptr_t _spawnv(int mode, const char *path, const char *const *argv);
intptr_t _spawnve(int mode, const char *path, const char *const *argv, const char *const *envp);
intptr_t _spawnvp(int mode, const char *path, const char *const *argv);
intptr_t _spawnvpe(int mode, const char *path, const char *const *argv, const char *const *envp);
intptr_t _execl(const char *path, const char *argument, ...);
intptr_t _execle(const char *path, const char *argument, ...);
intptr_t _execlp(const char *path, const char *argument, ...);
intptr_t _execlpe(const char *path, const char *argument, ...);
intptr_t _execv(const char *path, const char *const *argv);
intptr_t _execve(const char *path, const char *const *argv, const char *const *envp);
intptr_t _execvp(const char *path, const char *const *argv);
intptr_t _execvpe(const char *path, const char *const *argv, const char *const *envp);
intptr_t _wspawnl(int mode, const wchar_t *path, const wchar_t *argument, ...);
intptr_t _wspawnle(int mode, const wchar_t *path, const wchar_t *argument, ...);
intptr_t _wspawnlp(int mode, const wchar_t *path, const wchar_t *argument, ...);
intptr_t _wspawnlpe(int mode, const wchar_t *path, const wchar_t *argument, ...);
intptr_t _wspawnv(int mode, const wchar_t *path, const wchar_t *const *argv);
intptr_t _wspawnve(int mode, const wchar_t *path, const wchar_t *const *argv, const wchar_t *const *envp);
intptr_t _wspawnvp(int mode, const wchar_t *path, const wchar_t *const *argv);
intptr_t _wspawnvpe(int mode, const wchar_t *path, const wchar_t *const *argv, const wchar_t *const *envp);
intptr_t _wexecl(const wchar_t *path, const wchar_t *argument, ...);
intptr_t _wexecle(const wchar_t *path, const wchar_t *argument, ...);
intptr_t _wexeclp(const wchar_t *path, const wchar_t *argument, ...);
intptr_t _wexeclpe(const wchar_t *path, const wchar_t *argument, ...);
intptr_t _wexecv(const wchar_t *path, const wchar_t *const *argv);
intptr_t _wexecve(const wchar_t *path, const wchar_t *const *argv, const wchar_t *const *envp);
intptr_t _wexecvp(const wchar_t *path, const wchar_t *const *argv);
intptr_t _wexecvpe(const wchar_t *path, const wchar_t *const *argv, const wchar_t *const *envp);
intptr_t _cwait(int *status, intptr_t process, int action);

/* The same by older names; those that libc has, too, with its results. */
intptr_t spawnl(int mode, const char *path, const char *argument, ...) __asm__("_spawnl");
intptr_t spawnle(int mode, const char *path, const char *argument, ...) __asm__("_spawnle");
intptr_t spawnlp(int mode, const char *path, const char *argument, ...) __asm__("_spawnlp");
intptr_t spawnlpe(int mode, const char *path, const char *argument, ...) __asm__("_spawnlpe");
intptr_t spawnv(int mode, const char *path, const char *const *argv) __asm__("_spawnv");
intptr_t spawnve(int mode, const char *path, const char *const *argv, const char *const *envp) __asm__("_spawnve");
intptr_t spawnvp(int mode, const char *path, const char *const *argv) __asm__("_spawnvp");
intptr_t spawnvpe(int mode, const char *path, const char *const *argv, const char *const *envp) __asm__("_spawnvpe");
intptr_t cwait(int *status, intptr_t process, int action) __asm__("_cwait");
int execl(const char *path, const char *argument, ...) WINSOCK_NOTHROW __asm__("_execl");
int execle(const char *path, const char *argument, ...) WINSOCK_NOTHROW __asm__("_execle");
int execlp(const char *path, const char *argument, ...) WINSOCK_NOTHROW __asm__("_execlp");
int execv(const char *path, char *const *argv) WINSOCK_NOTHROW __asm__("_execv");
int execve(const char *path, char *const *argv, char *const *envp) WINSOCK_NOTHROW __asm__("_execve");
int execvp(const char *path, char *const *argv) WINSOCK_NOTHROW __asm__("_execvp");
int execvpe(const char *path, char *const *argv, char *const *envp) WINSOCK_NOTHROW __asm__("_execvpe");
intptr_t execlpe(const char *path, const char *argument, ...) __asm__("_execlpe");

#ifdef __cplusplus
}
#endif
#undef WINSOCK_NOTHROW

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
