/* Of COM: identifiers and their texts. There are no objects, so that what makes them is not
   declared. */
#ifndef _COMBASEAPI_H_
#define _COMBASEAPI_H_

#include <guiddef.h>
#include <winnt.h>

typedef WCHAR OLECHAR;
typedef OLECHAR *LPOLESTR;
typedef const OLECHAR *LPCOLESTR;
#define OLESTR(text) L##text

#ifdef __cplusplus
extern "C" {
#endif

HRESULT WINAPI CoCreateGuid(GUID *pguid);
int WINAPI StringFromGUID2(REFGUID rguid, LPOLESTR lpsz, int cchMax);
HRESULT WINAPI CLSIDFromString(LPCOLESTR lpsz, LPCLSID pclsid);
HRESULT WINAPI IIDFromString(LPCOLESTR lpsz, LPIID lpiid);

#ifdef __cplusplus
}
#endif

#endif
