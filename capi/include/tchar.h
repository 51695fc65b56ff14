/* One name for the narrow and the wide form, by _UNICODE. */
#ifndef _INC_TCHAR
#define _INC_TCHAR

#include <ctype.h>
#include <minwindef.h>
#include <winsock/crt.h>
#include <wctype.h>

#ifdef _UNICODE
#define _tcslen wcslen
#define _tcscpy wcscpy
#define _tcsncpy wcsncpy
#define _tcscat wcscat
#define _tcsncat wcsncat
#define _tcscmp wcscmp
#define _tcsncmp wcsncmp
#define _tcsicmp _wcsicmp
#define _tcsnicmp _wcsnicmp
#define _tcschr wcschr
#define _tcsrchr wcsrchr
#define _tcsstr wcsstr
#define _tcsdup _wcsdup
#define _tcscpy_s wcscpy_s
#define _tcsncpy_s wcsncpy_s
#define _tcscat_s wcscat_s
#define _tcsncat_s wcsncat_s
#define _tcstok_s wcstok_s
#define _tcsnlen wcsnlen
#define _tcstol wcstol
#define _tcstoul wcstoul
#define _tcstod wcstod
#define _ttoi _wtoi
#define _ttoi64 _wtoi64
#define _itot _itow
#define _itot_s _itow_s
#define _tprintf wprintf
#define _ftprintf fwprintf
#define _vtprintf vwprintf
#define _vftprintf vfwprintf
#define _tprintf_s wprintf_s
#define _stprintf_s swprintf_s
#define _vstprintf_s vswprintf_s
#define _sntprintf_s _snwprintf_s
#define _vsntprintf_s _vsnwprintf_s
#define _sntprintf _snwprintf
#define _vsntprintf _vsnwprintf
#define _vsctprintf _vscwprintf
#define _sctprintf _scwprintf
#define _tfopen _wfopen
#define _tfopen_s _wfopen_s
#define _tfsopen _wfsopen
#define _taccess_s _waccess_s
#define _fgettc fgetwc
#define _fputts fputws
#define _fgetts fgetws
#define _tcslwr _wcslwr
#define _tcsupr _wcsupr
#define _istdigit iswdigit
#define _istalpha iswalpha
#define _istspace iswspace
#define _totlower towlower
#define _totupper towupper
#define _tmain wmain
#define _tWinMain wWinMain
#define __T(text) L##text
#define _TEOF WEOF
#define _TINT wint_t
#ifndef _TCHAR_DEFINED
typedef wchar_t TCHAR;
#endif
typedef wchar_t _TCHAR;
#else
#define _tcslen strlen
#define _tcscpy strcpy
#define _tcsncpy strncpy
#define _tcscat strcat
#define _tcsncat strncat
#define _tcscmp strcmp
#define _tcsncmp strncmp
#define _tcsicmp _stricmp
#define _tcsnicmp _strnicmp
#define _tcschr strchr
#define _tcsrchr strrchr
#define _tcsstr strstr
#define _tcsdup _strdup
#define _tcscpy_s strcpy_s
#define _tcsncpy_s strncpy_s
#define _tcscat_s strcat_s
#define _tcsncat_s strncat_s
#define _tcstok_s strtok_s
#define _tcsnlen strnlen
#define _tcstol strtol
#define _tcstoul strtoul
#define _tcstod strtod
#define _ttoi atoi
#define _ttoi64 _atoi64
#define _itot _itoa
#define _itot_s _itoa_s
#define _tprintf printf
#define _ftprintf fprintf
#define _vtprintf vprintf
#define _vftprintf vfprintf
#define _tprintf_s printf_s
#define _stprintf_s sprintf_s
#define _vstprintf_s vsprintf_s
#define _sntprintf_s _snprintf_s
#define _vsntprintf_s _vsnprintf_s
#define _sntprintf _snprintf
#define _vsntprintf _vsnprintf
#define _vsctprintf _vscprintf
#define _sctprintf _scprintf
#define _tfopen fopen
#define _tfopen_s fopen_s
#define _tfsopen _fsopen
#define _taccess_s _access_s
#define _fgettc fgetc
#define _fputts fputs
#define _fgetts fgets
#define _tcslwr _strlwr
#define _tcsupr _strupr
#define _istdigit isdigit
#define _istalpha isalpha
#define _istspace isspace
#define _totlower tolower
#define _totupper toupper
#define _tmain main
#define _tWinMain WinMain
#define __T(text) text
#define _TEOF EOF
#define _TINT int
typedef char _TCHAR;
#endif
#define _T(text) __T(text)
#define _TEXT(text) __T(text)

#endif
