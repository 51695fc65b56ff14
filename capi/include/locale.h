/* libc's, with Windows' names of locales: "korean", "ko-KR", ".UTF8" are C.UTF-8. */
#pragma GCC system_header
#include_next <locale.h>
#include <stddef.h>
#ifndef WINSOCK_LOCALE_H
#define WINSOCK_LOCALE_H

#ifdef __cplusplus
extern "C" {
char *setlocale(int, const char *) __THROW __asm__("winsock_setlocale");
#else
char *setlocale(int, const char *) __asm__("winsock_setlocale");
#endif
wchar_t *_wsetlocale(int category, const wchar_t *locale);
#ifdef __cplusplus
}
#endif

#endif
