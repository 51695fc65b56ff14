/* The keyboard, key by key. */
#ifndef _INC_CONIO
#define _INC_CONIO

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

int _getch(void);
int _getche(void);
int _putch(int c);
int _kbhit(void);

#ifdef __cplusplus
}
#endif

#define getch _getch
#define getche _getche
#define putch _putch
#define kbhit _kbhit

#endif
