/* Text that always ends, and calls that say when it was cut. */
#ifndef _STRSAFE_H_INCLUDED_
#define _STRSAFE_H_INCLUDED_

#include <minwindef.h>
#include <stdarg.h>

typedef char *STRSAFE_LPSTR;
typedef const char *STRSAFE_LPCSTR;
typedef wchar_t *STRSAFE_LPWSTR;
typedef const wchar_t *STRSAFE_LPCWSTR;
#define STRSAFE_MAX_CCH 2147483647
#define STRSAFE_E_INSUFFICIENT_BUFFER ((HRESULT)0x8007007A)
#define STRSAFE_E_INVALID_PARAMETER ((HRESULT)0x80070057)
#define STRSAFE_E_END_OF_FILE ((HRESULT)0x80070026)

#ifdef __cplusplus
extern "C" {
#endif

HRESULT StringCchCopyA(LPSTR to, size_t cchTo, LPCSTR from);
HRESULT StringCchCopyW(LPWSTR to, size_t cchTo, LPCWSTR from);
HRESULT StringCchCopyNA(LPSTR to, size_t cchTo, LPCSTR from, size_t cchFrom);
HRESULT StringCchCopyNW(LPWSTR to, size_t cchTo, LPCWSTR from, size_t cchFrom);
HRESULT StringCchCatA(LPSTR to, size_t cchTo, LPCSTR from);
HRESULT StringCchCatW(LPWSTR to, size_t cchTo, LPCWSTR from);
HRESULT StringCchCatNA(LPSTR to, size_t cchTo, LPCSTR from, size_t cchFrom);
HRESULT StringCchCatNW(LPWSTR to, size_t cchTo, LPCWSTR from, size_t cchFrom);
HRESULT StringCchPrintfA(LPSTR to, size_t cchTo, LPCSTR format, ...);
HRESULT StringCchPrintfW(LPWSTR to, size_t cchTo, LPCWSTR format, ...);
HRESULT StringCchVPrintfA(LPSTR to, size_t cchTo, LPCSTR format, va_list arguments);
HRESULT StringCchVPrintfW(LPWSTR to, size_t cchTo, LPCWSTR format, va_list arguments);
HRESULT StringCchLengthA(LPCSTR text, size_t cchMax, size_t *cch);
HRESULT StringCchLengthW(LPCWSTR text, size_t cchMax, size_t *cch);
HRESULT StringCbCopyA(LPSTR to, size_t cbTo, LPCSTR from);
HRESULT StringCbCopyW(LPWSTR to, size_t cbTo, LPCWSTR from);
HRESULT StringCbCopyNA(LPSTR to, size_t cbTo, LPCSTR from, size_t cbFrom);
HRESULT StringCbCopyNW(LPWSTR to, size_t cbTo, LPCWSTR from, size_t cbFrom);
HRESULT StringCbCatA(LPSTR to, size_t cbTo, LPCSTR from);
HRESULT StringCbCatW(LPWSTR to, size_t cbTo, LPCWSTR from);
HRESULT StringCbCatNA(LPSTR to, size_t cbTo, LPCSTR from, size_t cbFrom);
HRESULT StringCbCatNW(LPWSTR to, size_t cbTo, LPCWSTR from, size_t cbFrom);
HRESULT StringCbPrintfA(LPSTR to, size_t cbTo, LPCSTR format, ...);
HRESULT StringCbPrintfW(LPWSTR to, size_t cbTo, LPCWSTR format, ...);
HRESULT StringCbVPrintfA(LPSTR to, size_t cbTo, LPCSTR format, va_list arguments);
HRESULT StringCbVPrintfW(LPWSTR to, size_t cbTo, LPCWSTR format, va_list arguments);
HRESULT StringCbLengthA(LPCSTR text, size_t cbMax, size_t *cb);
HRESULT StringCbLengthW(LPCWSTR text, size_t cbMax, size_t *cb);

#ifdef __cplusplus
}
#endif

#ifdef UNICODE
#define StringCchCopy StringCchCopyW
#define StringCchCopyN StringCchCopyNW
#define StringCchCat StringCchCatW
#define StringCchCatN StringCchCatNW
#define StringCchPrintf StringCchPrintfW
#define StringCchVPrintf StringCchVPrintfW
#define StringCchLength StringCchLengthW
#define StringCbCopy StringCbCopyW
#define StringCbCopyN StringCbCopyNW
#define StringCbCat StringCbCatW
#define StringCbCatN StringCbCatNW
#define StringCbPrintf StringCbPrintfW
#define StringCbVPrintf StringCbVPrintfW
#define StringCbLength StringCbLengthW
#else
#define StringCchCopy StringCchCopyA
#define StringCchCopyN StringCchCopyNA
#define StringCchCat StringCchCatA
#define StringCchCatN StringCchCatNA
#define StringCchPrintf StringCchPrintfA
#define StringCchVPrintf StringCchVPrintfA
#define StringCchLength StringCchLengthA
#define StringCbCopy StringCbCopyA
#define StringCbCopyN StringCbCopyNA
#define StringCbCat StringCbCatA
#define StringCbCatN StringCbCatNA
#define StringCbPrintf StringCbPrintfA
#define StringCbVPrintf StringCbVPrintfA
#define StringCbLength StringCbLengthA
#endif

#endif
