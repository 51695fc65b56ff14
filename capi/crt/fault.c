/* What is called when a program goes wrong in C++'s own ways. */
#include "crt.h"
#include <unistd.h>

typedef void (*handler)(void);
static handler purecall;

handler _set_purecall_handler(handler new) {
    return __atomic_exchange_n(&purecall, new, __ATOMIC_ACQ_REL);
}

handler _get_purecall_handler(void) { return __atomic_load_n(&purecall, __ATOMIC_ACQUIRE); }

/* A function that a class has not: what the C++ library's tables point to, where this library is
   found before that. The handler may not come back; if it does, the program ends. */
void __cxa_pure_virtual(void) {
    static const char text[] = "libwinsock: a pure virtual function was called\n";
    handler now = _get_purecall_handler();
    if (now != NULL)
        now();
    if (write(STDERR_FILENO, text, sizeof text - 1) < 0) {
        /* nobody hears it */
    }
    abort();
}

void _assert(const char *text, const char *file, unsigned line) {
    fflush(stdout);
    fprintf(stderr, "Assertion failed: %s, file %s, line %u\n", text, file, line);
    abort();
}

void _wassert(const wchar_t *text, const wchar_t *file, unsigned line) {
    _assert(winsock_narrow_text(text), winsock_narrow_text(file), line);
}

/* What abort does and where errors are shown are Linux' business: these are kept, and told. */
static unsigned abort_flags = 3;
static int error_mode;

unsigned _set_abort_behavior(unsigned flags, unsigned mask) {
    unsigned old = abort_flags;
    abort_flags = (old & ~mask) | (flags & mask);
    return old;
}

int _set_error_mode(int mode) {
    int old = error_mode;
    if (mode < 0 || mode > 3) {
        errno = EINVAL;
        winsock_invalid_parameter();
        return -1;
    }
    if (mode != 3)
        error_mode = mode;
    return old;
}
