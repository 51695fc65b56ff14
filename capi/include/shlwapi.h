/* The shell's texts: paths taken apart and joined, parts of texts found. \ and / both divide a path. */
#ifndef _INC_SHLWAPI
#define _INC_SHLWAPI

#include <minwindef.h>
#include <winnt.h>

typedef int STIF_FLAGS;
#define STIF_DEFAULT 0x0
#define STIF_SUPPORT_HEX 0x1

#ifdef __cplusplus
extern "C" {
#endif

BOOL WINAPI PathFileExistsA(LPCSTR pszPath);
BOOL WINAPI PathFileExistsW(LPCWSTR pszPath);
BOOL WINAPI PathIsDirectoryA(LPCSTR pszPath);
BOOL WINAPI PathIsDirectoryW(LPCWSTR pszPath);
LPSTR WINAPI PathFindFileNameA(LPCSTR pszPath);
LPWSTR WINAPI PathFindFileNameW(LPCWSTR pszPath);
LPSTR WINAPI PathFindExtensionA(LPCSTR pszPath);
LPWSTR WINAPI PathFindExtensionW(LPCWSTR pszPath);
void WINAPI PathStripPathA(LPSTR pszPath);
void WINAPI PathStripPathW(LPWSTR pszPath);
BOOL WINAPI PathRemoveFileSpecA(LPSTR pszPath);
BOOL WINAPI PathRemoveFileSpecW(LPWSTR pszPath);
BOOL WINAPI PathIsRelativeA(LPCSTR pszPath);
BOOL WINAPI PathIsRelativeW(LPCWSTR pszPath);
BOOL WINAPI PathIsRootA(LPCSTR pszPath);
BOOL WINAPI PathIsRootW(LPCWSTR pszPath);
BOOL WINAPI PathIsFileSpecA(LPCSTR pszPath);
BOOL WINAPI PathIsFileSpecW(LPCWSTR pszPath);
LPSTR WINAPI PathAddBackslashA(LPSTR pszPath);
LPWSTR WINAPI PathAddBackslashW(LPWSTR pszPath);
LPSTR WINAPI PathRemoveBackslashA(LPSTR pszPath);
LPWSTR WINAPI PathRemoveBackslashW(LPWSTR pszPath);
void WINAPI PathRemoveExtensionA(LPSTR pszPath);
void WINAPI PathRemoveExtensionW(LPWSTR pszPath);
BOOL WINAPI PathRenameExtensionA(LPSTR pszPath, LPCSTR pszExt);
BOOL WINAPI PathRenameExtensionW(LPWSTR pszPath, LPCWSTR pszExt);
BOOL WINAPI PathAddExtensionA(LPSTR pszPath, LPCSTR pszExt);
BOOL WINAPI PathAddExtensionW(LPWSTR pszPath, LPCWSTR pszExt);
BOOL WINAPI PathCanonicalizeA(LPSTR pszDest, LPCSTR pszPath);
BOOL WINAPI PathCanonicalizeW(LPWSTR pszDest, LPCWSTR pszPath);
LPSTR WINAPI PathCombineA(LPSTR pszDest, LPCSTR pszDir, LPCSTR pszPath);
LPWSTR WINAPI PathCombineW(LPWSTR pszDest, LPCWSTR pszDir, LPCWSTR pszPath);
BOOL WINAPI PathAppendA(LPSTR pszPath, LPCSTR pszMore);
BOOL WINAPI PathAppendW(LPWSTR pszPath, LPCWSTR pszMore);
BOOL WINAPI PathQuoteSpacesA(LPSTR pszPath);
BOOL WINAPI PathQuoteSpacesW(LPWSTR pszPath);
BOOL WINAPI PathUnquoteSpacesA(LPSTR pszPath);
BOOL WINAPI PathUnquoteSpacesW(LPWSTR pszPath);
LPSTR WINAPI StrChrA(LPCSTR psz, WORD wMatch);
LPWSTR WINAPI StrChrW(LPCWSTR psz, WCHAR wMatch);
LPSTR WINAPI StrChrIA(LPCSTR psz, WORD wMatch);
LPWSTR WINAPI StrChrIW(LPCWSTR psz, WCHAR wMatch);
LPSTR WINAPI StrRChrA(LPCSTR psz, LPCSTR pszEnd, WORD wMatch);
LPWSTR WINAPI StrRChrW(LPCWSTR psz, LPCWSTR pszEnd, WCHAR wMatch);
int WINAPI StrCmpNA(LPCSTR psz, LPCSTR psz2, int nChar);
int WINAPI StrCmpNW(LPCWSTR psz, LPCWSTR psz2, int nChar);
int WINAPI StrCmpNIA(LPCSTR psz, LPCSTR psz2, int nChar);
int WINAPI StrCmpNIW(LPCWSTR psz, LPCWSTR psz2, int nChar);
LPSTR WINAPI StrStrA(LPCSTR psz, LPCSTR pszSrch);
LPWSTR WINAPI StrStrW(LPCWSTR psz, LPCWSTR pszSrch);
LPSTR WINAPI StrStrIA(LPCSTR psz, LPCSTR pszSrch);
LPWSTR WINAPI StrStrIW(LPCWSTR psz, LPCWSTR pszSrch);
BOOL WINAPI StrTrimA(LPSTR psz, LPCSTR pszSet);
BOOL WINAPI StrTrimW(LPWSTR psz, LPCWSTR pszSet);
BOOL WINAPI StrToInt64ExA(LPCSTR psz, STIF_FLAGS dwFlags, LONGLONG *pllRet);
BOOL WINAPI StrToInt64ExW(LPCWSTR psz, STIF_FLAGS dwFlags, LONGLONG *pllRet);
BOOL WINAPI StrToIntExA(LPCSTR psz, STIF_FLAGS dwFlags, int *piRet);
BOOL WINAPI StrToIntExW(LPCWSTR psz, STIF_FLAGS dwFlags, int *piRet);
int WINAPI StrToIntA(LPCSTR psz);
int WINAPI StrToIntW(LPCWSTR psz);
LPSTR WINAPI StrDupA(LPCSTR psz);
LPWSTR WINAPI StrDupW(LPCWSTR psz);
int WINAPI StrSpnA(LPCSTR psz, LPCSTR pszSet);
int WINAPI StrSpnW(LPCWSTR psz, LPCWSTR pszSet);
int WINAPI StrCSpnA(LPCSTR psz, LPCSTR pszSet);
int WINAPI StrCSpnW(LPCWSTR psz, LPCWSTR pszSet);
LPSTR WINAPI StrPBrkA(LPCSTR psz, LPCSTR pszSet);
LPWSTR WINAPI StrPBrkW(LPCWSTR psz, LPCWSTR pszSet);
LPSTR WINAPI StrCatBuffA(LPSTR pszDest, LPCSTR pszSrc, int cchDestBuffSize);
LPWSTR WINAPI StrCatBuffW(LPWSTR pszDest, LPCWSTR pszSrc, int cchDestBuffSize);
int WINAPI StrCmpW(LPCWSTR psz1, LPCWSTR psz2);
int WINAPI StrCmpIW(LPCWSTR psz1, LPCWSTR psz2);
LPWSTR WINAPI StrCpyNW(LPWSTR pszDst, LPCWSTR pszSrc, int cchMax);

int WINAPI lstrcmpA(LPCSTR lpString1, LPCSTR lpString2);
int WINAPI lstrcmpiA(LPCSTR lpString1, LPCSTR lpString2);
LPSTR WINAPI lstrcpynA(LPSTR lpString1, LPCSTR lpString2, int iMaxLength);

#ifdef __cplusplus
}
#endif

#define StrCmpA lstrcmpA
#define StrCmpIA lstrcmpiA
#define StrCpyNA lstrcpynA
#define StrToLong StrToInt
#define StrToLongA StrToIntA
#define StrToLongW StrToIntW

#ifdef UNICODE
#define PathAddBackslash PathAddBackslashW
#define PathAddExtension PathAddExtensionW
#define PathAppend PathAppendW
#define PathCanonicalize PathCanonicalizeW
#define PathCombine PathCombineW
#define PathFileExists PathFileExistsW
#define PathFindExtension PathFindExtensionW
#define PathFindFileName PathFindFileNameW
#define PathIsDirectory PathIsDirectoryW
#define PathIsFileSpec PathIsFileSpecW
#define PathIsRelative PathIsRelativeW
#define PathIsRoot PathIsRootW
#define PathQuoteSpaces PathQuoteSpacesW
#define PathRemoveBackslash PathRemoveBackslashW
#define PathRemoveExtension PathRemoveExtensionW
#define PathRemoveFileSpec PathRemoveFileSpecW
#define PathRenameExtension PathRenameExtensionW
#define PathStripPath PathStripPathW
#define PathUnquoteSpaces PathUnquoteSpacesW
#define StrCSpn StrCSpnW
#define StrCatBuff StrCatBuffW
#define StrChr StrChrW
#define StrChrI StrChrIW
#define StrCmp StrCmpW
#define StrCmpI StrCmpIW
#define StrCmpN StrCmpNW
#define StrCmpNI StrCmpNIW
#define StrCpyN StrCpyNW
#define StrDup StrDupW
#define StrPBrk StrPBrkW
#define StrRChr StrRChrW
#define StrSpn StrSpnW
#define StrStr StrStrW
#define StrStrI StrStrIW
#define StrToInt StrToIntW
#define StrToInt64Ex StrToInt64ExW
#define StrToIntEx StrToIntExW
#define StrTrim StrTrimW
#else
#define PathAddBackslash PathAddBackslashA
#define PathAddExtension PathAddExtensionA
#define PathAppend PathAppendA
#define PathCanonicalize PathCanonicalizeA
#define PathCombine PathCombineA
#define PathFileExists PathFileExistsA
#define PathFindExtension PathFindExtensionA
#define PathFindFileName PathFindFileNameA
#define PathIsDirectory PathIsDirectoryA
#define PathIsFileSpec PathIsFileSpecA
#define PathIsRelative PathIsRelativeA
#define PathIsRoot PathIsRootA
#define PathQuoteSpaces PathQuoteSpacesA
#define PathRemoveBackslash PathRemoveBackslashA
#define PathRemoveExtension PathRemoveExtensionA
#define PathRemoveFileSpec PathRemoveFileSpecA
#define PathRenameExtension PathRenameExtensionA
#define PathStripPath PathStripPathA
#define PathUnquoteSpaces PathUnquoteSpacesA
#define StrCSpn StrCSpnA
#define StrCatBuff StrCatBuffA
#define StrChr StrChrA
#define StrChrI StrChrIA
#define StrCmp StrCmpA
#define StrCmpI StrCmpIA
#define StrCmpN StrCmpNA
#define StrCmpNI StrCmpNIA
#define StrCpyN StrCpyNA
#define StrDup StrDupA
#define StrPBrk StrPBrkA
#define StrRChr StrRChrA
#define StrSpn StrSpnA
#define StrStr StrStrA
#define StrStrI StrStrIA
#define StrToInt StrToIntA
#define StrToInt64Ex StrToInt64ExA
#define StrToIntEx StrToIntExA
#define StrTrim StrTrimA
#endif

#endif
