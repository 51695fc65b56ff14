/* Each way out of a block, and what AbnormalTermination says of it. */
#include <windows.h>
#include <stdio.h>

static int by_return(int x) {
    __try {
        if (x)
            return printf("a");
        __leave;
    } __finally {
        printf("[%d]", AbnormalTermination() != 0);
    }
    return printf("b");
}

static void by_loop(void) {
    int i;
    for (i = 0; i < 5; i++) {
        __try {
            if (i == 1)
                continue;
            if (i == 3)
                break;
            for (;;) {
                if (i == 2)
                    __leave;
                break;
            }
            printf("%d", i);
        }
        __finally {
            printf(",");
        }
    }
}

static int nested(void) {
    __try {
        __try { return 1; } __finally { printf("in "); }
    } __finally {
        printf("out ");
    }
    return 2;
}

static void handled(void) {
    int i;
    for (i = 0; i < 3; i++) {
        __try {
            if (i == 1)
                break;
            printf("e");
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            printf("never");
        }
    }
}

int main(void) {
    by_return(1);
    by_return(0);
    by_loop();
    printf(" %d ", nested());
    handled();
    printf(" %d\n", __LINE__);
    return 0;
}
