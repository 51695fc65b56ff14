/* The shell's objects: of these, whether the user is an administrator. */
#ifndef _SHLOBJ_H_
#define _SHLOBJ_H_

#include <shellapi.h>

#ifdef __cplusplus
extern "C" {
#endif

BOOL WINAPI IsUserAnAdmin(void);

#ifdef __cplusplus
}
#endif

#endif
