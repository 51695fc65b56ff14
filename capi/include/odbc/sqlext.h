/* unixODBC's, with wide text of wchar_t. */
#ifndef WINSOCK_ODBC_sqlext
#define WINSOCK_ODBC_sqlext
#pragma GCC system_header
#include "wide.h"
#include "absent.h"
#include_next <sqlext.h>
#include "present.h"
#endif
