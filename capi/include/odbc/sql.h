/* unixODBC's, with wide text of wchar_t. */
#ifndef WINSOCK_ODBC_sql
#define WINSOCK_ODBC_sql
#pragma GCC system_header
#include "wide.h"
#include "absent.h"
#include_next <sql.h>
#include "present.h"
#endif
