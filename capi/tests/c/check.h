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
