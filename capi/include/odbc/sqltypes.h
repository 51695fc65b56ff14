/* unixODBC's types, on Windows' own: SQLWCHAR is wchar_t, and a length a 64-bit integer as there. */
#ifndef WINSOCK_SQLTYPES_H
#define WINSOCK_SQLTYPES_H
#pragma GCC system_header

#if !__has_include_next(<sqltypes.h>)
#error "ODBC is unixODBC here, and its headers are not installed: unixodbc-dev on Debian and Ubuntu, unixODBC-devel on Fedora"
#endif

#include <windef.h>
#include <guiddef.h>

/* What unixODBC's header leaves to Windows' own. */
#define ALREADY_HAVE_WINDOWS_TYPE
#define SQL_API
typedef signed char SCHAR, SQLSCHAR;
typedef int SDWORD;
typedef unsigned int UDWORD;
typedef short SWORD;
typedef unsigned short UWORD;
typedef int SLONG;
typedef short SSHORT;
typedef double SDOUBLE, LDOUBLE;
typedef float SFLOAT;
typedef void *PTR;
typedef short RETCODE;
typedef HWND SQLHWND;

#define SQLLEN winsock_odbc_SQLLEN
#define SQLULEN winsock_odbc_SQLULEN
#define SQLBIGINT winsock_odbc_SQLBIGINT
#define SQLUBIGINT winsock_odbc_SQLUBIGINT
#define SQLGUID winsock_odbc_SQLGUID
#include_next <sqltypes.h>
#undef SQLLEN
#undef SQLULEN
#undef SQLBIGINT
#undef SQLUBIGINT
#undef SQLGUID
typedef INT64 SQLLEN, SQLBIGINT;
typedef UINT64 SQLULEN, SQLUBIGINT;
typedef GUID SQLGUID;

#endif
