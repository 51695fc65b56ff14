/* What version this is: Windows 10's, as GetVersionEx says. */
#ifndef _VERSIONHELPERS_H_INCLUDED_
#define _VERSIONHELPERS_H_INCLUDED_

#include <sysinfoapi.h>
#include <winbase.h>
#include <winsock/kernel32.h>

static inline BOOL IsWindowsVersionOrGreater(WORD wMajorVersion, WORD wMinorVersion,
                                             WORD wServicePackMajor) {
    OSVERSIONINFOEXW now;
    now.dwOSVersionInfoSize = sizeof now;
    if (!GetVersionExW((LPOSVERSIONINFOW)(void *)&now))
        return FALSE;
    if (now.dwMajorVersion != wMajorVersion)
        return now.dwMajorVersion > wMajorVersion;
    if (now.dwMinorVersion != wMinorVersion)
        return now.dwMinorVersion > wMinorVersion;
    return now.wServicePackMajor >= wServicePackMajor;
}
static inline BOOL IsWindowsServer(void) {
    OSVERSIONINFOEXW now;
    now.dwOSVersionInfoSize = sizeof now;
    return GetVersionExW((LPOSVERSIONINFOW)(void *)&now) && now.wProductType != VER_NT_WORKSTATION;
}

static inline BOOL IsWindowsXPOrGreater(void) { return IsWindowsVersionOrGreater(5, 1, 0); }
static inline BOOL IsWindowsXPSP1OrGreater(void) { return IsWindowsVersionOrGreater(5, 1, 1); }
static inline BOOL IsWindowsXPSP2OrGreater(void) { return IsWindowsVersionOrGreater(5, 1, 2); }
static inline BOOL IsWindowsXPSP3OrGreater(void) { return IsWindowsVersionOrGreater(5, 1, 3); }
static inline BOOL IsWindowsVistaOrGreater(void) { return IsWindowsVersionOrGreater(6, 0, 0); }
static inline BOOL IsWindowsVistaSP1OrGreater(void) { return IsWindowsVersionOrGreater(6, 0, 1); }
static inline BOOL IsWindowsVistaSP2OrGreater(void) { return IsWindowsVersionOrGreater(6, 0, 2); }
static inline BOOL IsWindows7OrGreater(void) { return IsWindowsVersionOrGreater(6, 1, 0); }
static inline BOOL IsWindows7SP1OrGreater(void) { return IsWindowsVersionOrGreater(6, 1, 1); }
static inline BOOL IsWindows8OrGreater(void) { return IsWindowsVersionOrGreater(6, 2, 0); }
static inline BOOL IsWindows8Point1OrGreater(void) { return IsWindowsVersionOrGreater(6, 3, 0); }
static inline BOOL IsWindowsThresholdOrGreater(void) { return IsWindowsVersionOrGreater(10, 0, 0); }
static inline BOOL IsWindows10OrGreater(void) { return IsWindowsVersionOrGreater(10, 0, 0); }

#endif
