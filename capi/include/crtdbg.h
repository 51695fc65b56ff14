/* The debugging runtime, which is not: as in a release build. */
#ifndef _INC_CRTDBG
#define _INC_CRTDBG


#include <assert.h>

#define _ASSERT(what) ((void)0)
#define _ASSERTE(what) ((void)0)
#define _ASSERT_EXPR(what, message) ((void)0)
#define _RPT0(...) ((void)0)
#define _CRTDBG_ALLOC_MEM_DF 0x01
#define _CRTDBG_LEAK_CHECK_DF 0x20
#define _CRTDBG_REPORT_FLAG (-1)
#define _CRT_WARN 0
#define _CRT_ERROR 1
#define _CRT_ASSERT 2
#define _CRTDBG_MODE_FILE 0x1
#define _CRTDBG_MODE_DEBUG 0x2
#define _CRTDBG_MODE_WNDW 0x4
#define _CrtSetDbgFlag(flag) ((int)0)
#define _CrtDumpMemoryLeaks() ((int)0)
#define _CrtCheckMemory() ((int)1)
#define _CrtSetReportMode(type, mode) ((int)0)
#define _CrtSetBreakAlloc(number) ((long)0)

#endif
