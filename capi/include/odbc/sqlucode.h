/* unixODBC's, with wide text of wchar_t. */
#ifndef WINSOCK_ODBC_sqlucode
#define WINSOCK_ODBC_sqlucode
#pragma GCC system_header
#include "wide.h"
#include "absent.h"
#include_next <sqlucode.h>
#include "present.h"
#endif
