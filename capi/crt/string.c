/* Strings with sizes, and Windows' names for what libc calls otherwise. One text for both widths. */
#include "crt.h"
#include <ctype.h>
#include <stdint.h>
#include <wctype.h>

typedef void (*handler)(const wchar_t *, const wchar_t *, const wchar_t *, unsigned, uintptr_t);
static handler set_handler;

void winsock_invalid_parameter(void) {
    handler now = __atomic_load_n(&set_handler, __ATOMIC_ACQUIRE);
    if (now == NULL) {
        fputs("libwinsock: an argument of a C library function is not valid\n", stderr);
        abort();
    }
    now(NULL, NULL, NULL, 0, 0);
}

handler _set_invalid_parameter_handler(handler new) {
    return __atomic_exchange_n(&set_handler, new, __ATOMIC_ACQ_REL);
}

handler _get_invalid_parameter_handler(void) {
    return __atomic_load_n(&set_handler, __ATOMIC_ACQUIRE);
}

int memcpy_s(void *to, size_t room, const void *from, size_t count) {
    if (count == 0)
        return 0;
    if (to == NULL)
        return refuse(EINVAL);
    if (from == NULL || room < count) {
        memset(to, 0, room);
        return refuse(from == NULL ? EINVAL : ERANGE);
    }
    memcpy(to, from, count);
    return 0;
}

int memmove_s(void *to, size_t room, const void *from, size_t count) {
    if (count == 0)
        return 0;
    if (to == NULL || from == NULL)
        return refuse(EINVAL);
    if (room < count)
        return refuse(ERANGE);
    memmove(to, from, count);
    return 0;
}

int wmemcpy_s(wchar_t *to, size_t room, const wchar_t *from, size_t count) {
    return memcpy_s(to, room * sizeof *to, from, count * sizeof *to);
}

int wmemmove_s(wchar_t *to, size_t room, const wchar_t *from, size_t count) {
    return memmove_s(to, room * sizeof *to, from, count * sizeof *to);
}

size_t strnlen_s(const char *text, size_t room) { return text == NULL ? 0 : strnlen(text, room); }
size_t wcsnlen_s(const wchar_t *text, size_t room) { return text == NULL ? 0 : wcsnlen(text, room); }

#define C char
#define N(narrow, wide) narrow
#include "string.inc"
#undef C
#undef N

#define C wchar_t
#define N(narrow, wide) wide
#include "string.inc"
#undef C
#undef N

char *_strdup(const char *text) { return text == NULL ? NULL : strdup(text); }
wchar_t *_wcsdup(const wchar_t *text) { return text == NULL ? NULL : wcsdup(text); }
int _stricoll(const char *a, const char *b) { return _stricmp(a, b); }
int _strcmpi(const char *a, const char *b) { return _stricmp(a, b); }
int _memicmp(const void *a, const void *b, size_t count) { return _strnicmp(a, b, count); }

/* What an errno means, cut to what fits. */
int strerror_s(char *to, size_t room, int error) {
    char text[256];
    return to == NULL || room == 0 ? refuse(EINVAL)
                                   : (strncpy_s(to, room, strerror_r(error, text, sizeof text), TRUNCATE), 0);
}
int _wcserror_s(wchar_t *to, size_t room, int error) {
    char text[256];
    if (to == NULL || room == 0)
        return refuse(EINVAL);
    const char *what = strerror_r(error, text, sizeof text);
    size_t length = winsock_widen(to, room - 1, what, strlen(what));
    to[length < room ? length : room - 1] = 0;
    return 0;
}
wchar_t *_wcserror(int error) {
    char text[256];
    return winsock_keep_wide(WINSOCK_ERROR_TEXT, strerror_r(error, text, sizeof text));
}

/* kernel32's: ordered by the user's language on Windows, by value here but for the case. */
int lstrlenA(const char *text) { return text == NULL ? 0 : (int)strlen(text); }
int lstrlenW(const wchar_t *text) { return text == NULL ? 0 : (int)wcslen(text); }
int lstrcmpiA(const char *a, const char *b) { return _stricmp(a, b); }
int lstrcmpiW(const wchar_t *a, const wchar_t *b) { return _wcsicmp(a, b); }
int lstrcmpA(const char *a, const char *b) { return strcmp(a, b); }
int lstrcmpW(const wchar_t *a, const wchar_t *b) { return wcscmp(a, b); }
char *lstrcpyA(char *to, const char *from) { return to == NULL || from == NULL ? NULL : strcpy(to, from); }
wchar_t *lstrcpyW(wchar_t *to, const wchar_t *from) { return to == NULL || from == NULL ? NULL : wcscpy(to, from); }
char *lstrcatA(char *to, const char *from) { return to == NULL || from == NULL ? NULL : strcat(to, from); }
wchar_t *lstrcatW(wchar_t *to, const wchar_t *from) { return to == NULL || from == NULL ? NULL : wcscat(to, from); }
char *lstrcpynA(char *to, const char *from, int room) {
    if (to == NULL || from == NULL || room <= 0)
        return NULL;
    size_t length = strnlen(from, (size_t)room - 1);
    memcpy(to, from, length);
    to[length] = 0;
    return to;
}
wchar_t *lstrcpynW(wchar_t *to, const wchar_t *from, int room) {
    if (to == NULL || from == NULL || room <= 0)
        return NULL;
    size_t length = wcsnlen(from, (size_t)room - 1);
    wmemcpy(to, from, length);
    to[length] = 0;
    return to;
}
