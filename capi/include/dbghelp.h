/* Dumps, which are texts here: what failed, the stack, the memory map. */
#ifndef _DBGHELP_
#define _DBGHELP_

#include <minwinbase.h>

typedef enum _MINIDUMP_TYPE {
    MiniDumpNormal = 0x0,
    MiniDumpWithDataSegs = 0x1,
    MiniDumpWithFullMemory = 0x2,
    MiniDumpWithHandleData = 0x4,
    MiniDumpFilterMemory = 0x8,
    MiniDumpScanMemory = 0x10,
    MiniDumpWithUnloadedModules = 0x20,
    MiniDumpWithIndirectlyReferencedMemory = 0x40,
    MiniDumpFilterModulePaths = 0x80,
    MiniDumpWithProcessThreadData = 0x100,
    MiniDumpWithPrivateReadWriteMemory = 0x200,
    MiniDumpWithoutOptionalData = 0x400,
    MiniDumpWithFullMemoryInfo = 0x800,
    MiniDumpWithThreadInfo = 0x1000,
    MiniDumpWithCodeSegs = 0x2000,
    MiniDumpWithoutAuxiliaryState = 0x4000,
    MiniDumpWithFullAuxiliaryState = 0x8000,
    MiniDumpWithPrivateWriteCopyMemory = 0x10000,
    MiniDumpIgnoreInaccessibleMemory = 0x20000,
    MiniDumpWithTokenInformation = 0x40000,
    MiniDumpWithModuleHeaders = 0x80000,
    MiniDumpFilterTriage = 0x100000,
    MiniDumpWithAvxXStateContext = 0x200000,
    MiniDumpWithIptTrace = 0x400000,
    MiniDumpScanInaccessiblePartialPages = 0x800000,
    MiniDumpFilterWriteCombinedMemory = 0x1000000,
    MiniDumpValidTypeFlags = 0x1ffffff
} MINIDUMP_TYPE;

#pragma pack(push, 4)
typedef struct _MINIDUMP_EXCEPTION_INFORMATION {
    DWORD ThreadId;
    PEXCEPTION_POINTERS ExceptionPointers;
    BOOL ClientPointers;
} MINIDUMP_EXCEPTION_INFORMATION, *PMINIDUMP_EXCEPTION_INFORMATION;
#pragma pack(pop)

/* What a program would add to a dump and choose of it. A text has no streams, and nothing to choose:
   neither is read, and no callback is called. */
typedef enum _MINIDUMP_CALLBACK_TYPE {
    ModuleCallback,
    ThreadCallback,
    ThreadExCallback,
    IncludeThreadCallback,
    IncludeModuleCallback,
    MemoryCallback,
    CancelCallback,
    WriteKernelMinidumpCallback,
    KernelMinidumpStatusCallback,
    RemoveMemoryCallback,
    IncludeVmRegionCallback,
    IoStartCallback,
    IoWriteAllCallback,
    IoFinishCallback,
    ReadMemoryFailureCallback,
    SecondaryFlagsCallback
} MINIDUMP_CALLBACK_TYPE;

typedef enum _MODULE_WRITE_FLAGS {
    ModuleWriteModule = 0x1,
    ModuleWriteDataSeg = 0x2,
    ModuleWriteMiscRecord = 0x4,
    ModuleWriteCvRecord = 0x8,
    ModuleReferencedByMemory = 0x10
} MODULE_WRITE_FLAGS;

typedef enum _THREAD_WRITE_FLAGS {
    ThreadWriteThread = 0x1,
    ThreadWriteStack = 0x2,
    ThreadWriteContext = 0x4,
    ThreadWriteBackingStore = 0x8,
    ThreadWriteInstructionWindow = 0x10,
    ThreadWriteThreadData = 0x20,
    ThreadWriteThreadInfo = 0x40
} THREAD_WRITE_FLAGS;

#pragma pack(push, 4)
typedef struct _MINIDUMP_USER_STREAM {
    ULONG32 Type;
    ULONG BufferSize;
    PVOID Buffer;
} MINIDUMP_USER_STREAM, *PMINIDUMP_USER_STREAM;

typedef struct _MINIDUMP_USER_STREAM_INFORMATION {
    ULONG UserStreamCount;
    PMINIDUMP_USER_STREAM UserStreamArray;
} MINIDUMP_USER_STREAM_INFORMATION, *PMINIDUMP_USER_STREAM_INFORMATION;

typedef struct _MINIDUMP_THREAD_CALLBACK {
    ULONG ThreadId;
    HANDLE ThreadHandle;
} MINIDUMP_THREAD_CALLBACK, *PMINIDUMP_THREAD_CALLBACK;

typedef struct _MINIDUMP_MODULE_CALLBACK {
    PWCHAR FullPath;
    ULONG64 BaseOfImage;
    ULONG SizeOfImage;
    ULONG CheckSum;
    ULONG TimeDateStamp;
} MINIDUMP_MODULE_CALLBACK, *PMINIDUMP_MODULE_CALLBACK;

typedef struct _MINIDUMP_INCLUDE_THREAD_CALLBACK {
    ULONG ThreadId;
} MINIDUMP_INCLUDE_THREAD_CALLBACK, *PMINIDUMP_INCLUDE_THREAD_CALLBACK;

typedef struct _MINIDUMP_INCLUDE_MODULE_CALLBACK {
    ULONG64 BaseOfImage;
} MINIDUMP_INCLUDE_MODULE_CALLBACK, *PMINIDUMP_INCLUDE_MODULE_CALLBACK;

typedef struct _MINIDUMP_CALLBACK_INPUT {
    ULONG ProcessId;
    HANDLE ProcessHandle;
    ULONG CallbackType;
    union {
        MINIDUMP_THREAD_CALLBACK Thread;
        MINIDUMP_MODULE_CALLBACK Module;
        MINIDUMP_INCLUDE_THREAD_CALLBACK IncludeThread;
        MINIDUMP_INCLUDE_MODULE_CALLBACK IncludeModule;
    };
} MINIDUMP_CALLBACK_INPUT, *PMINIDUMP_CALLBACK_INPUT;

typedef struct _MINIDUMP_CALLBACK_OUTPUT {
    union {
        ULONG ModuleWriteFlags;
        ULONG ThreadWriteFlags;
        ULONG SecondaryFlags;
        struct {
            ULONG64 MemoryBase;
            ULONG MemorySize;
        };
        struct {
            BOOL CheckCancel;
            BOOL Cancel;
        };
    };
} MINIDUMP_CALLBACK_OUTPUT, *PMINIDUMP_CALLBACK_OUTPUT;

typedef BOOL(WINAPI *MINIDUMP_CALLBACK_ROUTINE)(PVOID CallbackParam, PMINIDUMP_CALLBACK_INPUT CallbackInput,
                                                PMINIDUMP_CALLBACK_OUTPUT CallbackOutput);

typedef struct _MINIDUMP_CALLBACK_INFORMATION {
    MINIDUMP_CALLBACK_ROUTINE CallbackRoutine;
    PVOID CallbackParam;
} MINIDUMP_CALLBACK_INFORMATION, *PMINIDUMP_CALLBACK_INFORMATION;
#pragma pack(pop)

#ifdef __cplusplus
extern "C" {
#endif

BOOL WINAPI MiniDumpWriteDump(HANDLE hProcess, DWORD ProcessId, HANDLE hFile, MINIDUMP_TYPE DumpType,
                              PMINIDUMP_EXCEPTION_INFORMATION ExceptionParam,
                              PMINIDUMP_USER_STREAM_INFORMATION UserStreamParam,
                              PMINIDUMP_CALLBACK_INFORMATION CallbackParam);

#ifdef __cplusplus
}
#endif

#endif
