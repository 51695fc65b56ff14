/* The keyboard, key by key. */
#ifndef _INC_CONIO
#define _INC_CONIO

#include <stdio.h>
#include <wchar.h>

#ifdef __cplusplus
extern "C" {
#endif

int _getch(void);
int _getche(void);
int _putch(int c);
int _kbhit(void);
wint_t _getwch(void);
wint_t _getwche(void);
wint_t _putwch(wchar_t c);
int _cputs(const char *text);
int _cprintf(const char *format, ...);
int _cputws(const wchar_t *text);

#ifdef __cplusplus
}
#endif

#define getch _getch
#define getche _getche
#define putch _putch
#define kbhit _kbhit
#define cputs _cputs
#define cprintf _cprintf

#endif
