/* What a va_list holds, for those who cannot read one. */
#include "crt.h"
#include <stdint.h>

void winsock_crt_collect(va_list *arguments, uintptr_t *to, int count) {
    for (int at = 0; at < count; at++)
        to[at] = va_arg(*arguments, uintptr_t);
}
