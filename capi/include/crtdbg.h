/* The debugging runtime, which is not: as in a release build. */
#ifndef _INC_CRTDBG
#define _INC_CRTDBG

#include <assert.h>
#include <stddef.h>

typedef int (*_CRT_REPORT_HOOK)(int, char *, int *);
typedef int (*_CRT_REPORT_HOOKW)(int, wchar_t *, int *);
typedef int (*_CRT_ALLOC_HOOK)(int, void *, size_t, int, long, const unsigned char *, int);
typedef void *_HFILE;
typedef struct _CrtMemState {
    struct _CrtMemBlockHeader *pBlockHeader;
    size_t lCounts[5];
    size_t lSizes[5];
    size_t lHighCount;
    size_t lTotalCount;
} _CrtMemState;

#define _ASSERT(what) ((void)0)
#define _ASSERTE(what) ((void)0)
#define _ASSERT_EXPR(what, message) ((void)0)
#define _ASSERT_BASE _ASSERT_EXPR
#define _RPT0(...) ((void)0)
#define _RPT1 _RPT0
#define _RPT2 _RPT0
#define _RPT3 _RPT0
#define _RPT4 _RPT0
#define _RPT5 _RPT0
#define _RPTW0 _RPT0
#define _RPTW1 _RPT0
#define _RPTW2 _RPT0
#define _RPTW3 _RPT0
#define _RPTW4 _RPT0
#define _RPTW5 _RPT0
#define _RPTF0 _RPT0
#define _RPTF1 _RPT0
#define _RPTF2 _RPT0
#define _RPTF3 _RPT0
#define _RPTF4 _RPT0
#define _RPTF5 _RPT0
#define _RPTFW0 _RPT0
#define _RPTFW1 _RPT0
#define _RPTFW2 _RPT0
#define _RPTFW3 _RPT0
#define _RPTFW4 _RPT0
#define _RPTFW5 _RPT0

#define _CRTDBG_ALLOC_MEM_DF 0x01
#define _CRTDBG_DELAY_FREE_MEM_DF 0x02
#define _CRTDBG_CHECK_ALWAYS_DF 0x04
#define _CRTDBG_RESERVED_DF 0x08
#define _CRTDBG_CHECK_CRT_DF 0x10
#define _CRTDBG_LEAK_CHECK_DF 0x20
#define _CRTDBG_CHECK_EVERY_16_DF 0x00100000
#define _CRTDBG_CHECK_EVERY_128_DF 0x00800000
#define _CRTDBG_CHECK_EVERY_1024_DF 0x04000000
#define _CRTDBG_CHECK_DEFAULT_DF 0
#define _CRTDBG_REPORT_FLAG (-1)
#define _CRT_WARN 0
#define _CRT_ERROR 1
#define _CRT_ASSERT 2
#define _CRT_ERRCNT 3
#define _CRTDBG_MODE_FILE 0x1
#define _CRTDBG_MODE_DEBUG 0x2
#define _CRTDBG_MODE_WNDW 0x4
#define _CRTDBG_REPORT_MODE (-1)
#define _CRTDBG_INVALID_HFILE ((_HFILE)(long)-1)
#define _CRTDBG_HFILE_ERROR ((_HFILE)(long)-2)
#define _CRTDBG_FILE_STDOUT ((_HFILE)(long)-4)
#define _CRTDBG_FILE_STDERR ((_HFILE)(long)-5)
#define _CRTDBG_REPORT_FILE ((_HFILE)(long)-6)
#define _CRT_RPTHOOK_INSTALL 0
#define _CRT_RPTHOOK_REMOVE 1
#define _FREE_BLOCK 0
#define _NORMAL_BLOCK 1
#define _CRT_BLOCK 2
#define _IGNORE_BLOCK 3
#define _CLIENT_BLOCK 4

#define _CrtSetDbgFlag(flag) ((int)0)
#define _CrtDumpMemoryLeaks() ((int)0)
#define _CrtCheckMemory() ((int)1)
#define _CrtSetReportMode(type, mode) ((int)0)
#define _CrtSetReportFile(type, file) ((_HFILE)0)
#define _CrtSetReportHook(hook) ((_CRT_REPORT_HOOK)0)
#define _CrtGetReportHook() ((_CRT_REPORT_HOOK)0)
#define _CrtSetReportHook2(mode, hook) ((int)0)
#define _CrtSetReportHookW2(mode, hook) ((int)0)
#define _CrtSetAllocHook(hook) ((_CRT_ALLOC_HOOK)0)
#define _CrtSetBreakAlloc(number) ((long)0)
#define _CrtDbgBreak() ((void)0)
#define _CrtDbgReport(...) ((int)0)
#define _CrtDbgReportW(...) ((int)0)
#define _CrtMemCheckpoint(state) ((void)0)
#define _CrtMemDifference(difference, before, after) ((int)0)
#define _CrtMemDumpAllObjectsSince(state) ((void)0)
#define _CrtMemDumpStatistics(state) ((void)0)
#define _CrtIsValidHeapPointer(pointer) ((int)1)
#define _CrtIsMemoryBlock(pointer, size, request, file, line) ((int)1)
#define _CrtIsValidPointer(pointer, size, writes) ((int)1)

#define _malloc_dbg(size, type, file, line) malloc(size)
#define _calloc_dbg(count, size, type, file, line) calloc((count), (size))
#define _realloc_dbg(block, size, type, file, line) realloc((block), (size))
#define _free_dbg(block, type) free(block)

#endif
