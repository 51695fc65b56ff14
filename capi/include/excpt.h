/* Structured exceptions. Linux raises none, so a handler never runs; a termination handler runs
   when its block ends or is left by __leave, and not when it is left by return or by a C++
   exception. */
#ifndef _INC_EXCPT
#define _INC_EXCPT

#define EXCEPTION_EXECUTE_HANDLER 1
#define EXCEPTION_CONTINUE_SEARCH 0
#define EXCEPTION_CONTINUE_EXECUTION (-1)

#ifdef __cplusplus
/* As the C++ library itself defines its `__try`: the two live together in any order. */
#ifdef __cpp_exceptions
extern "C++" {
struct winsock_leave {};
}
#ifndef __try
#define __try try
#endif
#define __finally catch (const ::winsock_leave &) {}
#define __except(filter) catch (const ::winsock_leave &) {} if (false && (filter))
#define __leave throw ::winsock_leave()
#endif
#else
#define __try do
#define __finally while (0);
#define __except(filter) while (0); if (0 && (filter))
#define __leave break
#endif

#define GetExceptionCode() ((DWORD)0)
#define GetExceptionInformation() ((struct _EXCEPTION_POINTERS *)0)
#define AbnormalTermination() (0)
#define _exception_code GetExceptionCode
#define _exception_info GetExceptionInformation
#define _abnormal_termination AbnormalTermination

#endif
