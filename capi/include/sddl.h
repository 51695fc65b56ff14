/* Security identifiers as text. */
#ifndef __SDDL_H__
#define __SDDL_H__

#include <securitybaseapi.h>

#define SDDL_REVISION_1 1

#ifdef __cplusplus
extern "C" {
#endif

BOOL WINAPI ConvertSidToStringSidA(PSID Sid, LPSTR *StringSid);
BOOL WINAPI ConvertSidToStringSidW(PSID Sid, LPWSTR *StringSid);

#ifdef __cplusplus
}
#endif

#ifdef UNICODE
#define ConvertSidToStringSid ConvertSidToStringSidW
#else
#define ConvertSidToStringSid ConvertSidToStringSidA
#endif

#endif
