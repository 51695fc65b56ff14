/* One line for each thing that is not as it should be; their count is the exit code. */
#include <stdio.h>

static int wrong;
#define CHECK(what)                                        \
    do {                                                   \
        if (!(what)) {                                     \
            printf("%s:%d: %s\n", __FILE__, __LINE__, #what); \
            wrong++;                                       \
        }                                                  \
    } while (0)

/* What is so on Windows and not under Wine; told, too, when Wine has learnt it. */
#define WINE_DIFFERS(what)                                             \
    do {                                                               \
        if (!(what) != is_wine()) {                                    \
            printf("%s:%d: %s (Wine differs)\n", __FILE__, __LINE__, #what); \
            wrong++;                                                   \
        }                                                              \
    } while (0)

static inline int is_wine(void) {
#ifdef __MINGW32__
    return GetProcAddress(GetModuleHandleA("ntdll.dll"), "wine_get_version") != NULL;
#else
    return 0;
#endif
}
