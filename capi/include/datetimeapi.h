/* Dates and times as text. */
#ifndef _DATETIMEAPI_H_
#define _DATETIMEAPI_H_

#include <minwinbase.h>

#define DATE_SHORTDATE 0x1
#define DATE_LONGDATE 0x2
#define DATE_USE_ALT_CALENDAR 0x4
#define DATE_YEARMONTH 0x8
#define TIME_NOMINUTESORSECONDS 0x1
#define TIME_NOSECONDS 0x2
#define TIME_NOTIMEMARKER 0x4
#define TIME_FORCE24HOURFORMAT 0x8

#ifdef __cplusplus
extern "C" {
#endif

int WINAPI GetDateFormatA(LCID Locale, DWORD dwFlags, const SYSTEMTIME *lpDate, LPCSTR lpFormat,
                          LPSTR lpDateStr, int cchDate);
int WINAPI GetDateFormatW(LCID Locale, DWORD dwFlags, const SYSTEMTIME *lpDate, LPCWSTR lpFormat,
                          LPWSTR lpDateStr, int cchDate);
int WINAPI GetTimeFormatA(LCID Locale, DWORD dwFlags, const SYSTEMTIME *lpTime, LPCSTR lpFormat,
                          LPSTR lpTimeStr, int cchTime);
int WINAPI GetTimeFormatW(LCID Locale, DWORD dwFlags, const SYSTEMTIME *lpTime, LPCWSTR lpFormat,
                          LPWSTR lpTimeStr, int cchTime);

#ifdef __cplusplus
}
#endif

#ifdef UNICODE
#define GetDateFormat GetDateFormatW
#define GetTimeFormat GetTimeFormatW
#else
#define GetDateFormat GetDateFormatA
#define GetTimeFormat GetTimeFormatA
#endif

#endif
