/* Of the shell: command lines taken apart. */
#ifndef _INC_SHELLAPI
#define _INC_SHELLAPI

#include <minwindef.h>

#ifdef __cplusplus
extern "C" {
#endif

LPWSTR *WINAPI CommandLineToArgvW(LPCWSTR lpCmdLine, int *pNumArgs);

#ifdef __cplusplus
}
#endif

#endif
