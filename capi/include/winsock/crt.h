/* The C runtime's functions that only Windows has: with sizes, and by other names. */
#ifndef WINSOCK_CRT_H
#define WINSOCK_CRT_H

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

typedef int errno_t;
typedef size_t rsize_t;
typedef void (*_invalid_parameter_handler)(const wchar_t *, const wchar_t *, const wchar_t *, unsigned,
                                           uintptr_t);
typedef void (*_purecall_handler)(void);

#define STRUNCATE 80
#define _CRT_WIDE_(text) L##text
#define _CRT_WIDE(text) _CRT_WIDE_(text)
#define _CRT_STRINGIZE_(text) #text
#define _CRT_STRINGIZE(text) _CRT_STRINGIZE_(text)
#define _CRT_CONCATENATE_(a, b) a##b
#define _CRT_CONCATENATE(a, b) _CRT_CONCATENATE_(a, b)
#define _TRUNCATE ((size_t)-1)
#define _WRITE_ABORT_MSG 0x1
#define _CALL_REPORTFAULT 0x2
#define _OUT_TO_DEFAULT 0
#define _OUT_TO_STDERR 1
#define _OUT_TO_MSGBOX 2
#define _REPORT_ERRMODE 3
#define _MAX_PATH 260
#define _MAX_DRIVE 3
#define _MAX_DIR 256
#define _MAX_FNAME 256
#define _MAX_EXT 256
#ifdef __cplusplus
extern "C++" {
template <class T, size_t N>
char (&winsock_countof(T (&)[N]))[N];
}
#define _countof(array) sizeof(winsock_countof(array))
#else
#define _countof(array) (sizeof(array) / sizeof((array)[0]))
#endif

#ifdef __cplusplus
extern "C" {
#endif

errno_t strcpy_s(char *to, size_t room, const char *from);
errno_t strncpy_s(char *to, size_t room, const char *from, size_t count);
errno_t strcat_s(char *to, size_t room, const char *from);
errno_t strncat_s(char *to, size_t room, const char *from, size_t count);
char *strtok_s(char *text, const char *separators, char **context);
size_t strnlen_s(const char *text, size_t room);
int _stricmp(const char *a, const char *b);
int _strnicmp(const char *a, const char *b, size_t count);
char *_strlwr(char *text);
errno_t _strlwr_s(char *text, size_t room);
char *_strupr(char *text);
errno_t _strupr_s(char *text, size_t room);
char *_strrev(char *text);
char *_strdup(const char *text);
char *_itoa(int value, char *to, int radix);
errno_t _itoa_s(int value, char *to, size_t room, int radix);
char *_ltoa(int value, char *to, int radix);
errno_t _ltoa_s(int value, char *to, size_t room, int radix);
char *_ultoa(unsigned value, char *to, int radix);
errno_t _ultoa_s(unsigned value, char *to, size_t room, int radix);
char *_i64toa(long long value, char *to, int radix);
errno_t _i64toa_s(long long value, char *to, size_t room, int radix);
char *_ui64toa(unsigned long long value, char *to, int radix);
errno_t _ui64toa_s(unsigned long long value, char *to, size_t room, int radix);
long long _atoi64(const char *text);
int sprintf_s(char *to, size_t room, const char *format, ...);
int vsprintf_s(char *to, size_t room, const char *format, va_list arguments);
int _snprintf_s(char *to, size_t room, size_t count, const char *format, ...);
int _vsnprintf_s(char *to, size_t room, size_t count, const char *format, va_list arguments);
int _snprintf(char *to, size_t count, const char *format, ...);
int _vsnprintf(char *to, size_t count, const char *format, va_list arguments);
int _scprintf(const char *format, ...);
int _vscprintf(const char *format, va_list arguments);
int printf_s(const char *format, ...);
int vprintf_s(const char *format, va_list arguments);
int fprintf_s(FILE *file, const char *format, ...);
int vfprintf_s(FILE *file, const char *format, va_list arguments);
errno_t wcscpy_s(wchar_t *to, size_t room, const wchar_t *from);
errno_t wcsncpy_s(wchar_t *to, size_t room, const wchar_t *from, size_t count);
errno_t wcscat_s(wchar_t *to, size_t room, const wchar_t *from);
errno_t wcsncat_s(wchar_t *to, size_t room, const wchar_t *from, size_t count);
wchar_t *wcstok_s(wchar_t *text, const wchar_t *separators, wchar_t **context);
size_t wcsnlen_s(const wchar_t *text, size_t room);
int _wcsicmp(const wchar_t *a, const wchar_t *b);
int _wcsnicmp(const wchar_t *a, const wchar_t *b, size_t count);
wchar_t *_wcslwr(wchar_t *text);
errno_t _wcslwr_s(wchar_t *text, size_t room);
wchar_t *_wcsupr(wchar_t *text);
errno_t _wcsupr_s(wchar_t *text, size_t room);
wchar_t *_wcsrev(wchar_t *text);
wchar_t *_wcsdup(const wchar_t *text);
wchar_t *_itow(int value, wchar_t *to, int radix);
errno_t _itow_s(int value, wchar_t *to, size_t room, int radix);
wchar_t *_ltow(int value, wchar_t *to, int radix);
errno_t _ltow_s(int value, wchar_t *to, size_t room, int radix);
wchar_t *_ultow(unsigned value, wchar_t *to, int radix);
errno_t _ultow_s(unsigned value, wchar_t *to, size_t room, int radix);
wchar_t *_i64tow(long long value, wchar_t *to, int radix);
errno_t _i64tow_s(long long value, wchar_t *to, size_t room, int radix);
wchar_t *_ui64tow(unsigned long long value, wchar_t *to, int radix);
errno_t _ui64tow_s(unsigned long long value, wchar_t *to, size_t room, int radix);
long long _wtoi64(const wchar_t *text);
int swprintf_s(wchar_t *to, size_t room, const wchar_t *format, ...);
int vswprintf_s(wchar_t *to, size_t room, const wchar_t *format, va_list arguments);
int _snwprintf_s(wchar_t *to, size_t room, size_t count, const wchar_t *format, ...);
int _vsnwprintf_s(wchar_t *to, size_t room, size_t count, const wchar_t *format, va_list arguments);
int _snwprintf(wchar_t *to, size_t count, const wchar_t *format, ...);
int _vsnwprintf(wchar_t *to, size_t count, const wchar_t *format, va_list arguments);
int _scwprintf(const wchar_t *format, ...);
int _vscwprintf(const wchar_t *format, va_list arguments);
int wprintf_s(const wchar_t *format, ...);
int vwprintf_s(const wchar_t *format, va_list arguments);
int fwprintf_s(FILE *file, const wchar_t *format, ...);
int vfwprintf_s(FILE *file, const wchar_t *format, va_list arguments);
long long _strtoi64(const char *text, char **end, int radix);
unsigned long long _strtoui64(const char *text, char **end, int radix);
long long _wcstoi64(const wchar_t *text, wchar_t **end, int radix);
unsigned long long _wcstoui64(const wchar_t *text, wchar_t **end, int radix);
errno_t memcpy_s(void *to, size_t room, const void *from, size_t count);
errno_t memmove_s(void *to, size_t room, const void *from, size_t count);
errno_t wmemcpy_s(wchar_t *to, size_t room, const wchar_t *from, size_t count);
errno_t wmemmove_s(wchar_t *to, size_t room, const wchar_t *from, size_t count);
int _memicmp(const void *a, const void *b, size_t count);
int _strcmpi(const char *a, const char *b);
int _stricoll(const char *a, const char *b);
int sscanf_s(const char *text, const char *format, ...);
int fscanf_s(FILE *file, const char *format, ...);
int scanf_s(const char *format, ...);
int vsscanf_s(const char *text, const char *format, va_list arguments);
int vfscanf_s(FILE *file, const char *format, va_list arguments);
char *gets_s(char *to, size_t room);
size_t fread_s(void *to, size_t room, size_t size, size_t count, FILE *file);
errno_t fopen_s(FILE **file, const char *path, const char *mode);
errno_t freopen_s(FILE **file, const char *path, const char *mode, FILE *old);
errno_t tmpfile_s(FILE **file);
FILE *_fsopen(const char *path, const char *mode, int sharing);
FILE *_wfopen(const wchar_t *path, const wchar_t *mode);
errno_t _wfopen_s(FILE **file, const wchar_t *path, const wchar_t *mode);
FILE *_wfsopen(const wchar_t *path, const wchar_t *mode, int sharing);
FILE *_popen(const char *command, const char *mode);
int _pclose(FILE *file);
int _fileno(FILE *file);
errno_t localtime_s(struct tm *to, const time_t *when);
errno_t gmtime_s(struct tm *to, const time_t *when);
errno_t asctime_s(char *to, size_t room, const struct tm *when);
errno_t ctime_s(char *to, size_t room, const time_t *when);
errno_t _strdate_s(char *to, size_t room);
errno_t _strtime_s(char *to, size_t room);
char *_strdate(char *to);
char *_strtime(char *to);
void _tzset(void);
time_t _mkgmtime(struct tm *parts);
errno_t _get_timezone(long *seconds);
errno_t _dupenv_s(char **to, size_t *count, const char *name);
errno_t getenv_s(size_t *count, char *to, size_t room, const char *name);
errno_t _putenv_s(const char *name, const char *value);
int _putenv(const char *setting);
void _splitpath(const char *path, char *drive, char *dir, char *name, char *extension);
errno_t _splitpath_s(const char *path, char *drive, size_t drive_room, char *dir, size_t dir_room, char *name, size_t name_room, char *extension, size_t extension_room);
void _makepath(char *to, const char *drive, const char *dir, const char *name, const char *extension);
char *_fullpath(char *to, const char *path, size_t room);
void *_aligned_malloc(size_t size, size_t alignment);
void *_aligned_realloc(void *memory, size_t size, size_t alignment);
void _aligned_free(void *memory);
size_t _msize(void *memory);
errno_t mbstowcs_s(size_t *converted, wchar_t *to, size_t room, const char *from, size_t count);
errno_t wcstombs_s(size_t *converted, char *to, size_t room, const wchar_t *from, size_t count);
errno_t strerror_s(char *to, size_t room, int error);
errno_t _wcserror_s(wchar_t *to, size_t room, int error);
wchar_t *_wcserror(int error);
errno_t rand_s(unsigned *value);
void qsort_s(void *base, size_t count, size_t size, int (*compare)(void *, const void *, const void *), void *context);
_invalid_parameter_handler _set_invalid_parameter_handler(_invalid_parameter_handler handler);
_invalid_parameter_handler _get_invalid_parameter_handler(void);
/* The shell's, but for what console programs ask of Windows' own: pause, cls, title. */
int system(const char *command) __asm__("winsock_system");
_purecall_handler _set_purecall_handler(_purecall_handler handler);
_purecall_handler _get_purecall_handler(void);
void _wassert(const wchar_t *text, const wchar_t *file, unsigned line) __attribute__((__noreturn__));
void _assert(const char *text, const char *file, unsigned line) __attribute__((__noreturn__));
void __cxa_pure_virtual(void) __attribute__((__noreturn__));
unsigned _set_abort_behavior(unsigned flags, unsigned mask);
int _set_error_mode(int mode);

#ifdef __cplusplus
}
#endif


/* The names without an underscore, which Windows has too. They are declarations, so that a program's own
   members of these names stay what they are. */
#ifdef __cplusplus
extern "C" {
#endif
#define WINSOCK_OLD_NAME(name) __asm__("_" #name)
int memicmp(const void *a, const void *b, size_t count) WINSOCK_OLD_NAME(memicmp);
char *strlwr(char *text) WINSOCK_OLD_NAME(strlwr);
char *strupr(char *text) WINSOCK_OLD_NAME(strupr);
char *strrev(char *text) WINSOCK_OLD_NAME(strrev);
char *itoa(int value, char *to, int radix) WINSOCK_OLD_NAME(itoa);
char *ltoa(int value, char *to, int radix) WINSOCK_OLD_NAME(ltoa);
char *ultoa(unsigned value, char *to, int radix) WINSOCK_OLD_NAME(ultoa);
int wcsnicmp(const wchar_t *a, const wchar_t *b, size_t count) WINSOCK_OLD_NAME(wcsnicmp);
wchar_t *wcslwr(wchar_t *text) WINSOCK_OLD_NAME(wcslwr);
wchar_t *wcsupr(wchar_t *text) WINSOCK_OLD_NAME(wcsupr);
wchar_t *wcsrev(wchar_t *text) WINSOCK_OLD_NAME(wcsrev);
#undef WINSOCK_OLD_NAME
#ifdef __cplusplus
}
#endif

#include <winsock/aliases.h>

#define vsnprintf_s _vsnprintf_s
#define _byteswap_ushort __builtin_bswap16
#define _byteswap_ulong __builtin_bswap32
#define _byteswap_uint64 __builtin_bswap64
/* What a file is: libc's own struct stat, whatever the width in the name. */
#define _wstat32 _wstat
#define _wstat64 _wstat
#define _wstat32i64 _wstat
#define _wstat64i32 _wstat
#define _wstati64 _wstat
#define _stat stat
#define _stat32 stat
#define _stat64 stat
#define _stat32i64 stat
#define _stat64i32 stat
#define _stati64 stat
#define __stat64 stat
#define _fstat fstat
#define _fstat32 fstat
#define _fstat64 fstat
#define _fstat32i64 fstat
#define _fstat64i32 fstat
#define _fstati64 fstat
#define _S_IFMT 0xF000
#define _S_IFDIR 0x4000
#define _S_IFCHR 0x2000
#define _S_IFIFO 0x1000
#define _S_IFREG 0x8000
#define _S_IREAD 0x0100
#define _S_IWRITE 0x0080
#define _S_IEXEC 0x0040

#define _malloca(bytes) __builtin_alloca(bytes)
#define _freea(memory) ((void)(memory))
#define _isnan(value) __builtin_isnan(value)
#define _finite(value) __builtin_isfinite(value)
#define _copysign __builtin_copysign
#define _hypot __builtin_hypot
#define _fseeki64 fseeko
#define _ftelli64 ftello
#define _time64 time
#define __time64_t time_t
#define _localtime64_s localtime_s
#define _gmtime64_s gmtime_s
#define stricmp _stricmp
#define strnicmp _strnicmp
#define strcmpi _strcmpi
#define wcsicmp _wcsicmp
/* As a macro of the compiler (intrin.h) or a function (-fms-extensions) it is there. */
#if !defined(_rotl) && (!defined(__clang__) || !__has_builtin(_rotl))
static inline unsigned _rotl(unsigned value, int by) {
    return value << (by & 31) | value >> (-by & 31);
}
#endif
/* As a macro of the compiler (intrin.h) or a function (-fms-extensions) it is there. */
#if !defined(_rotr) && (!defined(__clang__) || !__has_builtin(_rotr))
static inline unsigned _rotr(unsigned value, int by) {
    return value >> (by & 31) | value << (-by & 31);
}
#endif
static inline int _wtoi(const wchar_t *text) { return (int)wcstol(text, NULL, 10); }
static inline int _wtol(const wchar_t *text) { return (int)wcstol(text, NULL, 10); }
static inline double _wtof(const wchar_t *text) { return wcstod(text, NULL); }
/* Without a size, as Windows' first swprintf. */
static inline int _vswprintf(wchar_t *to, const wchar_t *format, va_list arguments) {
    return vswprintf(to, (size_t)-1 / 8, format, arguments);
}
static inline int _swprintf(wchar_t *to, const wchar_t *format, ...) {
    int result;
    va_list arguments;
    va_start(arguments, format);
    result = _vswprintf(to, format, arguments);
    va_end(arguments);
    return result;
}
#define _environ environ

#ifdef __cplusplus
/* The forms that know the size of an array. */
extern "C++" {
template <size_t N>
inline errno_t strcpy_s(char (&to)[N], const char *from) {
    return strcpy_s(to, N, from);
}
template <size_t N>
inline errno_t strcat_s(char (&to)[N], const char *from) {
    return strcat_s(to, N, from);
}
template <size_t N>
inline errno_t strncpy_s(char (&to)[N], const char *from, size_t count) {
    return strncpy_s(to, N, from, count);
}
template <size_t N>
inline errno_t strncat_s(char (&to)[N], const char *from, size_t count) {
    return strncat_s(to, N, from, count);
}
template <size_t N>
inline errno_t _strlwr_s(char (&text)[N]) {
    return _strlwr_s(text, N);
}
template <size_t N>
inline errno_t _strupr_s(char (&text)[N]) {
    return _strupr_s(text, N);
}
template <size_t N>
inline int sprintf_s(char (&to)[N], const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int result = vsprintf_s(to, N, format, arguments);
    va_end(arguments);
    return result;
}
template <size_t N>
inline int vsprintf_s(char (&to)[N], const char *format, va_list arguments) {
    return vsprintf_s(to, N, format, arguments);
}
template <size_t N>
inline int _snprintf_s(char (&to)[N], size_t count, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int result = _vsnprintf_s(to, N, count, format, arguments);
    va_end(arguments);
    return result;
}
template <size_t N>
inline int _vsnprintf_s(char (&to)[N], size_t count, const char *format, va_list arguments) {
    return _vsnprintf_s(to, N, count, format, arguments);
}
template <size_t N>
inline errno_t _itoa_s(int value, char (&to)[N], int radix) {
    return _itoa_s(value, to, N, radix);
}
template <size_t N>
inline errno_t _ltoa_s(int value, char (&to)[N], int radix) {
    return _ltoa_s(value, to, N, radix);
}
template <size_t N>
inline errno_t _ultoa_s(unsigned value, char (&to)[N], int radix) {
    return _ultoa_s(value, to, N, radix);
}
template <size_t N>
inline errno_t _i64toa_s(long long value, char (&to)[N], int radix) {
    return _i64toa_s(value, to, N, radix);
}
template <size_t N>
inline errno_t _ui64toa_s(unsigned long long value, char (&to)[N], int radix) {
    return _ui64toa_s(value, to, N, radix);
}
template <size_t N>
inline errno_t wcscpy_s(wchar_t (&to)[N], const wchar_t *from) {
    return wcscpy_s(to, N, from);
}
template <size_t N>
inline errno_t wcscat_s(wchar_t (&to)[N], const wchar_t *from) {
    return wcscat_s(to, N, from);
}
template <size_t N>
inline errno_t wcsncpy_s(wchar_t (&to)[N], const wchar_t *from, size_t count) {
    return wcsncpy_s(to, N, from, count);
}
template <size_t N>
inline errno_t wcsncat_s(wchar_t (&to)[N], const wchar_t *from, size_t count) {
    return wcsncat_s(to, N, from, count);
}
template <size_t N>
inline errno_t _wcslwr_s(wchar_t (&text)[N]) {
    return _wcslwr_s(text, N);
}
template <size_t N>
inline errno_t _wcsupr_s(wchar_t (&text)[N]) {
    return _wcsupr_s(text, N);
}
template <size_t N>
inline int swprintf_s(wchar_t (&to)[N], const wchar_t *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int result = vswprintf_s(to, N, format, arguments);
    va_end(arguments);
    return result;
}
template <size_t N>
inline int vswprintf_s(wchar_t (&to)[N], const wchar_t *format, va_list arguments) {
    return vswprintf_s(to, N, format, arguments);
}
template <size_t N>
inline int _snwprintf_s(wchar_t (&to)[N], size_t count, const wchar_t *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int result = _vsnwprintf_s(to, N, count, format, arguments);
    va_end(arguments);
    return result;
}
template <size_t N>
inline int _vsnwprintf_s(wchar_t (&to)[N], size_t count, const wchar_t *format, va_list arguments) {
    return _vsnwprintf_s(to, N, count, format, arguments);
}
template <size_t N>
inline errno_t mbstowcs_s(size_t *converted, wchar_t (&to)[N], const char *from, size_t count) {
    return mbstowcs_s(converted, to, N, from, count);
}
template <size_t N>
inline errno_t wcstombs_s(size_t *converted, char (&to)[N], const wchar_t *from, size_t count) {
    return wcstombs_s(converted, to, N, from, count);
}
template <size_t N>
inline errno_t _itow_s(int value, wchar_t (&to)[N], int radix) {
    return _itow_s(value, to, N, radix);
}
template <size_t N>
inline errno_t _ltow_s(int value, wchar_t (&to)[N], int radix) {
    return _ltow_s(value, to, N, radix);
}
template <size_t N>
inline errno_t _ultow_s(unsigned value, wchar_t (&to)[N], int radix) {
    return _ultow_s(value, to, N, radix);
}
template <size_t N>
inline errno_t _i64tow_s(long long value, wchar_t (&to)[N], int radix) {
    return _i64tow_s(value, to, N, radix);
}
template <size_t N>
inline errno_t _ui64tow_s(unsigned long long value, wchar_t (&to)[N], int radix) {
    return _ui64tow_s(value, to, N, radix);
}
template <size_t N>
inline errno_t strerror_s(char (&to)[N], int error) {
    return strerror_s(to, N, error);
}
template <size_t N>
inline errno_t _wcserror_s(wchar_t (&to)[N], int error) {
    return _wcserror_s(to, N, error);
}
template <size_t N>
inline errno_t _strdate_s(char (&to)[N]) {
    return _strdate_s(to, N);
}
template <size_t N>
inline errno_t _strtime_s(char (&to)[N]) {
    return _strtime_s(to, N);
}
template <size_t N>
inline errno_t asctime_s(char (&to)[N], const struct tm *when) {
    return asctime_s(to, N, when);
}
template <size_t N>
inline errno_t ctime_s(char (&to)[N], const time_t *when) {
    return ctime_s(to, N, when);
}
template <size_t N>
inline errno_t getenv_s(size_t *count, char (&to)[N], const char *name) {
    return getenv_s(count, to, N, name);
}
template <size_t N>
inline char *gets_s(char (&to)[N]) {
    return gets_s(to, N);
}
template <size_t A, size_t B, size_t C, size_t D>
inline errno_t _splitpath_s(const char *path, char (&drive)[A], char (&dir)[B], char (&name)[C],
                            char (&extension)[D]) {
    return _splitpath_s(path, drive, A, dir, B, name, C, extension, D);
}
}
#endif

#endif
