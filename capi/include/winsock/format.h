/* The printf family reads its formats as Windows' own: %I64d, %ld of 32 bits (a LONG or a DWORD), and
   in wide functions %s as wide and %S as narrow text. Wide output is UTF-8, and mixes with narrow. */
#ifndef WINSOCK_FORMAT_H
#define WINSOCK_FORMAT_H
#pragma GCC system_header

#include <stdarg.h>
#include <stdio.h>
#include <wchar.h>

/* Under _FORTIFY_SOURCE these are inline functions already, and stay libc's. */
#if !defined(__USE_FORTIFY_LEVEL) || __USE_FORTIFY_LEVEL == 0
#ifdef __cplusplus
#define WINSOCK_NOTHROW __THROWNL
extern "C" {
#else
#define WINSOCK_NOTHROW
#endif
int printf(const char *, ...) __asm__("printf_s");
int fprintf(FILE *, const char *, ...) __asm__("fprintf_s");
int vprintf(const char *, va_list) __asm__("vprintf_s");
int vfprintf(FILE *, const char *, va_list) __asm__("vfprintf_s");
int sprintf(char *, const char *, ...) WINSOCK_NOTHROW __asm__("winsock_sprintf");
int vsprintf(char *, const char *, va_list) WINSOCK_NOTHROW __asm__("winsock_vsprintf");
int snprintf(char *, size_t, const char *, ...) WINSOCK_NOTHROW __asm__("winsock_snprintf");
/* The C++ library calls two of them in its strings, after which clang lets nobody rename them. */
#if !defined(__clang__) || !defined(_BASIC_STRING_H)
int vsnprintf(char *, size_t, const char *, va_list) WINSOCK_NOTHROW __asm__("winsock_vsnprintf");
int vswprintf(wchar_t *, size_t, const wchar_t *, va_list) WINSOCK_NOTHROW
    __asm__("winsock_vswprintf");
#endif
int wprintf(const wchar_t *, ...) __asm__("wprintf_s");
int fwprintf(FILE *, const wchar_t *, ...) __asm__("fwprintf_s");
int vwprintf(const wchar_t *, va_list) __asm__("vwprintf_s");
int vfwprintf(FILE *, const wchar_t *, va_list) __asm__("vfwprintf_s");
int swprintf(wchar_t *, size_t, const wchar_t *, ...) WINSOCK_NOTHROW __asm__("winsock_swprintf");
#ifdef __cplusplus
}
#endif
#endif

#endif
