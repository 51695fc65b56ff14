/* What libc has too, by Windows' other names, and in other widths. crt.h brings it. */
#ifndef WINSOCK_ALIASES_H
#define WINSOCK_ALIASES_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <wchar.h>

/* Times: a time_t has 64 bits; those of 32 end in 2038. */
typedef int32_t __time32_t;
#define _mktime64 mktime
#define _localtime64 localtime
#define _gmtime64 gmtime
#define _ctime64 ctime
#define _ctime64_s ctime_s
#define _difftime64 difftime
#define _mkgmtime64 _mkgmtime
#define _tzname tzname
#define _timezone timezone
#define _daylight daylight

#ifdef __cplusplus
extern "C" {
#endif

static inline __time32_t _time32(__time32_t *to) {
    __time32_t now = (__time32_t)time(NULL);
    if (to != NULL)
        *to = now;
    return now;
}
static inline struct tm *_localtime32(const __time32_t *when) {
    time_t wide = *when;
    return localtime(&wide);
}
static inline struct tm *_gmtime32(const __time32_t *when) {
    time_t wide = *when;
    return gmtime(&wide);
}
static inline char *_ctime32(const __time32_t *when) {
    time_t wide = *when;
    return ctime(&wide);
}
static inline errno_t _localtime32_s(struct tm *to, const __time32_t *when) {
    time_t wide = when == NULL ? 0 : *when;
    return localtime_s(to, when == NULL ? NULL : &wide);
}
static inline errno_t _gmtime32_s(struct tm *to, const __time32_t *when) {
    time_t wide = when == NULL ? 0 : *when;
    return gmtime_s(to, when == NULL ? NULL : &wide);
}
static inline errno_t _ctime32_s(char *to, size_t room, const __time32_t *when) {
    time_t wide = when == NULL ? 0 : *when;
    return ctime_s(to, room, when == NULL ? NULL : &wide);
}
static inline __time32_t _mktime32(struct tm *parts) { return (__time32_t)mktime(parts); }
static inline __time32_t _mkgmtime32(struct tm *parts) { return (__time32_t)_mkgmtime(parts); }
static inline double _difftime32(__time32_t end, __time32_t start) {
    return (double)end - (double)start;
}

/* Numbers. */
char *_gcvt(double value, int digits, char *to) __asm__("gcvt");
char *_ecvt(double value, int digits, int *point, int *negative) __asm__("ecvt");
char *_fcvt(double value, int digits, int *point, int *negative) __asm__("fcvt");
double _logb(double value) __asm__("logb");
double _nextafter(double value, double towards) __asm__("nextafter");
double _j0(double value) __asm__("j0");
double _j1(double value) __asm__("j1");
double _jn(int order, double value) __asm__("jn");
double _y0(double value) __asm__("y0");
double _y1(double value) __asm__("y1");
double _yn(int order, double value) __asm__("yn");
#define _hypotf __builtin_hypotf
#define _isnanf __builtin_isnan
#define _finitef __builtin_isfinite
#define _copysignf __builtin_copysignf
static inline double _chgsign(double value) { return -value; }
static inline float _chgsignf(float value) { return -value; }
static inline long long _abs64(long long value) { return value < 0 ? -value : value; }
/* As macros of the compiler (intrin.h) or functions (-fms-extensions) they are there. */
#if !defined(_rotl64) && (!defined(__clang__) || !__has_builtin(_rotl64))
static inline unsigned long long _rotl64(unsigned long long value, int by) {
    return value << (by & 63) | value >> (-by & 63);
}
static inline unsigned long long _rotr64(unsigned long long value, int by) {
    return value >> (by & 63) | value << (-by & 63);
}
#endif
#if !defined(_lrotl) && (!defined(__clang__) || !__has_builtin(_lrotl))
static inline unsigned _lrotl(unsigned value, int by) {
    return value << (by & 31) | value >> (-by & 31);
}
static inline unsigned _lrotr(unsigned value, int by) {
    return value >> (by & 31) | value << (-by & 31);
}
#endif

/* Text: the order of characters is that of their numbers. */
int _strncoll(const char *a, const char *b, size_t count) __asm__("strncmp");
int _strnicoll(const char *a, const char *b, size_t count) __asm__("_strnicmp");
int _wcsicoll(const wchar_t *a, const wchar_t *b) __asm__("_wcsicmp");
int _wcsncoll(const wchar_t *a, const wchar_t *b, size_t count) __asm__("wcsncmp");
int _wcsnicoll(const wchar_t *a, const wchar_t *b, size_t count) __asm__("_wcsnicmp");
char *_strset(char *text, int c);
char *_strnset(char *text, int c, size_t count);
wchar_t *_wcsset(wchar_t *text, wchar_t c);
wchar_t *_wcsnset(wchar_t *text, wchar_t c, size_t count);
char *strset(char *text, int c) __asm__("_strset");
char *strnset(char *text, int c, size_t count) __asm__("_strnset");
wchar_t *wcsset(wchar_t *text, wchar_t c) __asm__("_wcsset");
char *_strerror(const char *prefix);
void _swab(char *from, char *to, int count);

/* Streams and the process. */
int _fgetchar(void) __asm__("getchar");
int _fputchar(int c) __asm__("putchar");
wint_t _fgetwchar(void) __asm__("winsock_getwchar");
wint_t _fputwchar(wchar_t c) __asm__("winsock_putwchar");
int _getw(FILE *file) __asm__("getw");
int _putw(int value, FILE *file);
int _fcloseall(void) __asm__("fcloseall");
char *_tempnam(const char *folder, const char *prefix) __asm__("tempnam");
char *_mktemp(char *pattern) __asm__("mktemp");
int *_errno(void) __asm__("__errno_location");
int _getmaxstdio(void);
int _setmaxstdio(int count);

/* Wide forms. */
struct stat;
int _wstat(const wchar_t *path, struct stat *told);
wchar_t *_wgetenv(const wchar_t *name);
errno_t _wgetenv_s(size_t *count, wchar_t *to, size_t room, const wchar_t *name);
errno_t _wdupenv_s(wchar_t **to, size_t *count, const wchar_t *name);
int _wputenv(const wchar_t *setting);
errno_t _wputenv_s(const wchar_t *name, const wchar_t *value);
int _wsystem(const wchar_t *command);
void _wperror(const wchar_t *prefix);
wchar_t *_wfullpath(wchar_t *to, const wchar_t *path, size_t room);
void _wsplitpath(const wchar_t *path, wchar_t *drive, wchar_t *dir, wchar_t *name, wchar_t *extension);
errno_t _wsplitpath_s(const wchar_t *path, wchar_t *drive, size_t drive_room, wchar_t *dir, size_t dir_room, wchar_t *name, size_t name_room, wchar_t *extension, size_t extension_room);
void _wmakepath(wchar_t *to, const wchar_t *drive, const wchar_t *dir, const wchar_t *name, const wchar_t *extension);
errno_t _wmakepath_s(wchar_t *to, size_t room, const wchar_t *drive, const wchar_t *dir, const wchar_t *name, const wchar_t *extension);
errno_t _makepath_s(char *to, size_t room, const char *drive, const char *dir, const char *name, const char *extension);
FILE *_wfreopen(const wchar_t *path, const wchar_t *mode, FILE *old);
errno_t _wfreopen_s(FILE **file, const wchar_t *path, const wchar_t *mode, FILE *old);
FILE *_wpopen(const wchar_t *command, const wchar_t *mode);
wchar_t *_wasctime(const struct tm *when);
errno_t _wasctime_s(wchar_t *to, size_t room, const struct tm *when);
wchar_t *_wctime(const time_t *when);
errno_t _wctime_s(wchar_t *to, size_t room, const time_t *when);
wchar_t *_wstrdate(wchar_t *to);
errno_t _wstrdate_s(wchar_t *to, size_t room);
wchar_t *_wstrtime(wchar_t *to);
errno_t _wstrtime_s(wchar_t *to, size_t room);
#define _wctime64 _wctime
#define _wctime64_s _wctime_s

#ifdef __cplusplus
}
#endif

#endif
