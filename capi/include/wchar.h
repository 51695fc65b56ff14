/* libc's, but that wprintf and its like read formats as Windows' own: %s is wide and %S narrow. These and
   the functions for characters and lines write and read UTF-8, and mix with printf. */
#pragma GCC system_header
/* Without libc's inline functions of _FORTIFY_SOURCE, which read formats as libc does. */
#include <features.h>
#pragma push_macro("__USE_FORTIFY_LEVEL")
#undef __USE_FORTIFY_LEVEL
#define __USE_FORTIFY_LEVEL 0
#include_next <wchar.h>
#pragma pop_macro("__USE_FORTIFY_LEVEL")
#ifndef WINSOCK_WCHAR_H
#define WINSOCK_WCHAR_H
#include <stdarg.h>

#ifdef __cplusplus
#define WINSOCK_NOTHROW __THROWNL
extern "C" {
#else
#define WINSOCK_NOTHROW
#endif
int wprintf(const wchar_t *, ...) __asm__("winsock_wprintf");
int fwprintf(struct _IO_FILE *, const wchar_t *, ...) __asm__("winsock_fwprintf");
int vwprintf(const wchar_t *, va_list) __asm__("winsock_vwprintf");
int vfwprintf(struct _IO_FILE *, const wchar_t *, va_list) __asm__("winsock_vfwprintf");
int swprintf(wchar_t *, size_t, const wchar_t *, ...) WINSOCK_NOTHROW __asm__("winsock_swprintf");
int vswprintf(wchar_t *, size_t, const wchar_t *, va_list) WINSOCK_NOTHROW __asm__("winsock_vswprintf");
#ifdef __cplusplus
}
#endif
#undef WINSOCK_NOTHROW

#ifdef __cplusplus
extern "C" {
#endif
wint_t fputwc(wchar_t, struct _IO_FILE *) __asm__("winsock_fputwc");
wint_t putwc(wchar_t, struct _IO_FILE *) __asm__("winsock_fputwc");
wint_t putwchar(wchar_t) __asm__("winsock_putwchar");
int fputws(const wchar_t *, struct _IO_FILE *) __asm__("winsock_fputws");
wint_t fgetwc(struct _IO_FILE *) __asm__("winsock_fgetwc");
wint_t getwc(struct _IO_FILE *) __asm__("winsock_fgetwc");
wint_t getwchar(void) __asm__("winsock_getwchar");
wint_t ungetwc(wint_t, struct _IO_FILE *) __asm__("winsock_ungetwc");
wchar_t *fgetws(wchar_t *, int, struct _IO_FILE *) __asm__("winsock_fgetws");
int _putws(const wchar_t *);
#ifdef __cplusplus
}
#endif
#endif

#endif
