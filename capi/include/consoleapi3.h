/* The console. */
#ifndef _APISETCONSOLEL3_
#define _APISETCONSOLEL3_

#include <consoleapi.h>
#include <windef.h>

#ifdef __cplusplus
extern "C" {
#endif

HWND WINAPI GetConsoleWindow(void);

#ifdef __cplusplus
}
#endif

#endif
