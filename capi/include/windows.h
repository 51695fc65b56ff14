/* Windows' interface, as far as this library gives it. */
#ifndef _WINDOWS_
#define _WINDOWS_

#include <sdkddkver.h>
#include <winapifamily.h>
#include <excpt.h>
#include <stdarg.h>
#include <windef.h>
#include <winbase.h>
#include <winuser.h>
#include <winerror.h>

/* Headers of further services. */
#if __has_include(<winsock/kernel32.h>)
#include <winsock/kernel32.h>
#endif

#ifdef __cplusplus
#include <winsock/long_threads.hpp>
#endif

/* As on Windows: sockets come along unless the program wants little, and windows.h before
   winsock2.h is right either way. */
#ifndef WIN32_LEAN_AND_MEAN
#include <objbase.h>
#include <rpc.h>
#include <winsock.h>
#endif

#endif
