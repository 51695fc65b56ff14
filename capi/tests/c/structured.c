/* Structured exceptions: who is asked, in what order, and what is left behind. The same in C and C++.
   What fails is in functions of their own, for some compilers of Windows look at calls alone. */
#include <windows.h>
#include <stdio.h>
#include <string.h>

#if defined(__GNUC__)
#define FAR_AWAY __attribute__((noinline))
#else
#define FAR_AWAY __declspec(noinline)
#endif

static volatile int *volatile nowhere;
static volatile int zero, sink;

FAR_AWAY static void write_it(void) { *nowhere = 1; }
FAR_AWAY static int read_it(void) { return *(volatile int *)((char *)nowhere + 8); }
FAR_AWAY static int divide(void) { return sink = 7 / zero; }
FAR_AWAY static int use_up(int n) {
    volatile char room[4096];
    room[n & 7] = (char)n;
    return use_up(n + 1) + room[3];
}

static int told(PEXCEPTION_POINTERS pointers, int answer) {
    EXCEPTION_RECORD *record = pointers->ExceptionRecord;
    printf("<%08X", (unsigned)record->ExceptionCode);
    if (record->ExceptionCode == EXCEPTION_ACCESS_VIOLATION)
        printf(" %u %u", (unsigned)record->ExceptionInformation[0], (unsigned)record->ExceptionInformation[1]);
    printf(">");
    return answer;
}

/* Each kind, and what the variables are. */
static int kinds(void) {
    volatile int plain = 0;
    int x = 1;
    __try {
        x = 2;
        write_it();
        x = 3;
    } __except (told(GetExceptionInformation(), EXCEPTION_EXECUTE_HANDLER)) {
        printf("%d ", x);
    }
    __try {
        x += 2;
        read_it();
    } __except (told(GetExceptionInformation(), 1)) {
#ifdef __MINGW32__ /* whose clang has another number in a handler */
        printf("%d 1 ", x);
#else
        printf("%d %d ", x, GetExceptionCode() == EXCEPTION_ACCESS_VIOLATION);
#endif
    }
    __try {
        for (x = 0; x < 10; x++)
            if (x == 6)
                divide();
    } __except (GetExceptionCode() == EXCEPTION_INT_DIVIDE_BY_ZERO ? EXCEPTION_EXECUTE_HANDLER : 0) {
        printf("%d\n", x);
    }
    __try {
        x = 8;
        sink = (int)strlen((const char *)nowhere);
    } __except (1) {
        printf("%d ", x);
    }
    __try {
        use_up(1);
    } __except (GetExceptionCode() == EXCEPTION_STACK_OVERFLOW) {
        printf("stack ");
    }
    __try {
        x = 9;
        RaiseException(0xE0000001, 0, 0, NULL);
        x = 10;
    } __except (plain = x, GetExceptionCode() == 0xE0000001) {
        printf("%d %d\n", x, plain);
    }
    return x;
}

/* The inner is asked first; whoever mends it lets it go on. */
static int order(void) {
    int x = 0;
    __try {
        __try {
            RaiseException(1, 0, 0, NULL);
            x++;
            RaiseException(2, 0, 0, NULL);
        } __except (told(GetExceptionInformation(), x ? EXCEPTION_CONTINUE_SEARCH : EXCEPTION_CONTINUE_EXECUTION)) {
            printf("never");
        }
    } __except (told(GetExceptionInformation(), 1)) {
        printf("%d ", x);
    }
    __try {
        RaiseException(3, EXCEPTION_NONCONTINUABLE, 0, NULL);
    } __except (told(GetExceptionInformation(), GetExceptionCode() == 3 ? -1 : 1)) {
        printf("no way on\n");
    }
    return x;
}

FAR_AWAY static void last_one(int how) {
    __try {
        if (how)
            write_it();
    } __finally {
        printf("[%d]", AbnormalTermination() != 0);
    }
}

static int leaves(int how) {
    __try {
        if (how == 0)
            return printf("(");
        if (how == 1)
            __leave;
        write_it();
    } __finally {
        printf("{%d}", AbnormalTermination() != 0);
    }
    return printf(")");
}

/* The filters first, then the blocks behind __finally from the inside out, then the handler. */
static void unwinding(void) {
    int i;
    for (i = 0; i < 3; i++) {
        __try {
            last_one(0);
            if (i == 1)
                continue;
            __try {
                last_one(i);
            } __finally {
                printf("[out]");
            }
        } __except (printf("filter "), 1) {
            printf("handler %d", i);
        }
        printf(";");
    }
    for (i = 0; i < 3; i++)
        __try {
            leaves(i);
        } __except (1) {
            printf("!");
        }
    printf("\n");
}

/* Handlers and filters that fail themselves. */
static void again(void) {
    __try {
        __try {
            write_it();
        } __except (1) {
            printf("handled ");
            RaiseException(5, 0, 0, NULL);
        }
    } __except (told(GetExceptionInformation(), 1)) {
        printf("again\n");
    }
#ifdef __MINGW32__ /* Wine 8 ends a program whose filter fails */
    printf("[1] in a filter\n");
    return;
#endif
    __try {
        __try {
            last_one(1);
        } __except (divide(), 1) {
            printf("never");
        }
    } __except (GetExceptionCode() == EXCEPTION_INT_DIVIDE_BY_ZERO) {
        printf(" in a filter\n");
    }
}

/* A filter with blocks of its own. */
static int careful(PEXCEPTION_POINTERS pointers) {
    __try {
        read_it();
    } __except (told(GetExceptionInformation(), 1)) {
        printf("inside ");
    }
    return told(pointers, 1);
}

static void filters(void) {
    __try {
        write_it();
    } __except (careful(GetExceptionInformation())) {
        printf("outside\n");
    }
}

/* A breakpoint is gone over by who knows that it has one byte. */
static int over(PEXCEPTION_POINTERS pointers) {
    if (pointers->ExceptionRecord->ExceptionCode != EXCEPTION_BREAKPOINT)
        return EXCEPTION_CONTINUE_SEARCH;
    printf("%d ", (ULONG_PTR)pointers->ExceptionRecord->ExceptionAddress == pointers->ContextRecord->Rip);
    pointers->ContextRecord->Rip++;
    return EXCEPTION_CONTINUE_EXECUTION;
}

FAR_AWAY static void breaks(void) { __debugbreak(); }

static void breakpoints(void) {
    CONTEXT here;
    __try {
        DebugBreak();
        breaks();
        RtlCaptureContext(&here);
        printf("over %d\n", here.Rsp != 0 && here.Rip - (ULONG_PTR)breakpoints < 4096);
    } __except (over(GetExceptionInformation())) {
        printf("never");
    }
}

static LONG CALLBACK vectored(PEXCEPTION_POINTERS pointers) {
    printf("vectored %X ", (unsigned)pointers->ExceptionRecord->ExceptionCode);
    return pointers->ExceptionRecord->ExceptionCode == 7 ? EXCEPTION_CONTINUE_EXECUTION : EXCEPTION_CONTINUE_SEARCH;
}

static void vectors(void) {
    PVOID handle = AddVectoredExceptionHandler(1, vectored);
    __try {
        RaiseException(7, 0, 0, NULL);
        RaiseException(8, 0, 0, NULL);
    } __except (told(GetExceptionInformation(), 1)) {
        printf("handled\n");
    }
    RemoveVectoredExceptionHandler(handle);
}

/* Many threads, many times. */
static DWORD WINAPI worker(LPVOID argument) {
    volatile LONG *count = (volatile LONG *)argument;
    int i;
    for (i = 0; i < 1000; i++) {
        __try {
            if (i % 3)
                write_it();
            else
                divide();
        } __except (1) {
            InterlockedIncrement(count);
        }
    }
    return 0;
}

static void threads(void) {
    HANDLE all[8];
    volatile LONG count = 0;
    int i;
    for (i = 0; i < 8; i++)
        all[i] = CreateThread(NULL, 0, worker, (LPVOID)&count, 0, NULL);
    WaitForMultipleObjects(8, all, TRUE, INFINITE);
    for (i = 0; i < 8; i++)
        CloseHandle(all[i]);
    printf("%d\n", (int)count);
}

int main(void) {
    setvbuf(stdout, NULL, _IONBF, 0);
    kinds();
    order();
    unwinding();
    again();
    filters();
    breakpoints();
    vectors();
    threads();
    return 0;
}
