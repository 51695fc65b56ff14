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
#endif

#endif
