/* libc's, but that printf and its like read formats as Windows' own: %I64d, and %ld of 32 bits,
   which a LONG and a DWORD have; that paths may have backslashes, and be
   devices by name (NUL, CONOUT$); and that rename replaces nothing. */
#pragma GCC system_header
/* Without libc's inline functions: those of _FORTIFY_SOURCE read formats as libc does, and vprintf
   would use vfprintf before it has its other symbol. */
#include <features.h>
#pragma push_macro("__USE_EXTERN_INLINES")
#pragma push_macro("__USE_FORTIFY_LEVEL")
#undef __USE_EXTERN_INLINES
#undef __USE_FORTIFY_LEVEL
#define __USE_FORTIFY_LEVEL 0
#include_next <stdio.h>
#pragma pop_macro("__USE_FORTIFY_LEVEL")
#pragma pop_macro("__USE_EXTERN_INLINES")
#ifndef WINSOCK_STDIO_H
#define WINSOCK_STDIO_H
#include <stdarg.h>
#include <stddef.h>

#ifdef __cplusplus
#define WINSOCK_NOTHROW __THROWNL
#define WINSOCK_NOTHROW_LEAF __THROW
extern "C" {
#else
#define WINSOCK_NOTHROW
#define WINSOCK_NOTHROW_LEAF
#endif
FILE *fopen(const char *, const char *) __asm__("winsock_fopen");
FILE *freopen(const char *, const char *, FILE *) __asm__("winsock_freopen");
int remove(const char *) WINSOCK_NOTHROW_LEAF __asm__("winsock_remove");
int rename(const char *, const char *) WINSOCK_NOTHROW_LEAF __asm__("winsock_rename");
int _wremove(const wchar_t *path);
int _wrename(const wchar_t *old_name, const wchar_t *new_name);
int printf(const char *, ...) __asm__("winsock_printf");
int fprintf(FILE *, const char *, ...) __asm__("winsock_fprintf");
int vprintf(const char *, va_list) __asm__("winsock_vprintf");
int vfprintf(FILE *, const char *, va_list) __asm__("winsock_vfprintf");
int sprintf(char *, const char *, ...) WINSOCK_NOTHROW __asm__("winsock_sprintf");
int vsprintf(char *, const char *, va_list) WINSOCK_NOTHROW __asm__("winsock_vsprintf");
int snprintf(char *, size_t, const char *, ...) WINSOCK_NOTHROW __asm__("winsock_snprintf");
int vsnprintf(char *, size_t, const char *, va_list) WINSOCK_NOTHROW __asm__("winsock_vsnprintf");
#ifdef __cplusplus
}
#endif
#undef WINSOCK_NOTHROW
#undef WINSOCK_NOTHROW_LEAF

#endif
