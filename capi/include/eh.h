/* Handlers of C++'s exceptions. */
#ifndef _INC_EH
#define _INC_EH

#ifdef __cplusplus
#include <exception>

using std::set_terminate;
using std::terminate;
#if __cplusplus < 201703L
using std::set_unexpected;
#endif
typedef std::terminate_handler terminate_function;

struct _EXCEPTION_POINTERS;
typedef void (*_se_translator_function)(unsigned int code, struct _EXCEPTION_POINTERS *pointers);
/* Kept for the thread and told; no structured exception is raised that it could be called for. */
extern "C" _se_translator_function _set_se_translator(_se_translator_function function);
#endif

#endif
