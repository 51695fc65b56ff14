/* Formatted text as Windows reads formats: `I64` and `I32`, `l` of 32 bits (so a LONG or DWORD is
   right for it), `w`, and %s and %S by the function's own width. Numbers are libc's to print. */
#include "crt.h"
#include <stdint.h>

/* A directive: what stands between `%` and its letter. */
struct directive {
    char flags[8];
    int width;
    int precision; /* below 0: none */
    enum { NORMAL, CHAR, SHORT, WIDE, LONG_DOUBLE } size;
    int narrow_text, wide_text;
    char letter;
};

/* A number as libc writes it. `text` has room for any: floats have 5000 characters at most. */
static int print_number(const struct directive *d, char *text, size_t room, va_list *arguments) {
    char format[32];
    const char *size = d->size == WIDE ? "ll" : d->size == LONG_DOUBLE ? "L" : "";
    snprintf(format, sizeof format, "%%%s*.*%s%c", d->flags, size, d->letter);
    if (strchr("di", d->letter) != NULL) {
        if (d->size == WIDE)
            return snprintf(text, room, format, d->width, d->precision, va_arg(*arguments, long long));
        int value = va_arg(*arguments, int);
        value = d->size == SHORT ? (short)value : d->size == CHAR ? (signed char)value : value;
        return snprintf(text, room, format, d->width, d->precision, value);
    }
    if (strchr("ouxX", d->letter) != NULL) {
        if (d->size == WIDE)
            return snprintf(text, room, format, d->width, d->precision, va_arg(*arguments, unsigned long long));
        unsigned value = va_arg(*arguments, unsigned);
        value = d->size == SHORT ? (unsigned short)value : d->size == CHAR ? (unsigned char)value : value;
        return snprintf(text, room, format, d->width, d->precision, value);
    }
    if (d->letter == 'p') {
        uintptr_t value = (uintptr_t)va_arg(*arguments, void *);
        char digits[20];
        snprintf(digits, sizeof digits, "%016llX", (unsigned long long)value);
        return snprintf(text, room, strchr(d->flags, '-') ? "%-*s" : "%*s", d->width, digits);
    }
    if (d->size == LONG_DOUBLE)
        return snprintf(text, room, format, d->width, d->precision, va_arg(*arguments, long double));
    return snprintf(text, room, format, d->width, d->precision, va_arg(*arguments, double));
}

#define C char
#define N(narrow, wide) narrow
#include "format.inc"
#undef C
#undef N

#define C wchar_t
#define N(narrow, wide) wide
#include "format.inc"
#undef C
#undef N
