/* Threads as the C runtime makes them: the engine's, with the runtime's signatures. */
#include "crt.h"
#include <stdint.h>

typedef unsigned (*function)(void *);

extern void *CreateThread(void *, size_t, function, void *, unsigned, unsigned *);
extern void ExitThread(unsigned) __attribute__((noreturn));
extern int CloseHandle(void *);

uintptr_t _beginthreadex(void *security, unsigned stack, function start, void *argument, unsigned flags, unsigned *id) {
    if (start == NULL) {
        errno = EINVAL;
        winsock_invalid_parameter();
        return 0;
    }
    void *thread = CreateThread(security, stack, start, argument, flags, id);
    errno = thread == NULL ? EAGAIN : errno;
    return (uintptr_t)thread;
}

void _endthreadex(unsigned code) { ExitThread(code); }

/* The handle of _beginthread is closed by the thread's end. */
struct begun {
    void (*start)(void *);
    void *argument;
    void *handle;
};
static __thread void *own_handle;

void _endthread(void) {
    if (own_handle != NULL)
        CloseHandle(own_handle);
    ExitThread(0);
}

static unsigned run(void *argument) {
    struct begun *begun = argument;
    void (*start)(void *) = begun->start;
    void *value = begun->argument;
    own_handle = begun->handle;
    free(begun);
    start(value);
    _endthread();
    return 0;
}

extern unsigned ResumeThread(void *);

uintptr_t _beginthread(void (*start)(void *), unsigned stack, void *argument) {
    struct begun *begun = start == NULL ? NULL : malloc(sizeof *begun);
    if (begun == NULL) {
        errno = EINVAL;
        return (uintptr_t)-1;
    }
    *begun = (struct begun){start, argument, NULL};
    void *thread = CreateThread(NULL, stack, run, begun, 4 /* suspended */, NULL);
    if (thread == NULL) {
        free(begun);
        errno = EAGAIN;
        return (uintptr_t)-1;
    }
    begun->handle = thread;
    ResumeThread(thread);
    return (uintptr_t)thread;
}
