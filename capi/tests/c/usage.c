/* What monitors of servers ask: times, memory, processors; and whether pointers can be used. */
#include <windows.h>
#include <process.h>
#include <psapi.h>
#include <stdlib.h>
#include <string.h>
#include "check.h"

static ULONGLONG joined(FILETIME time) {
    return (ULONGLONG)time.dwHighDateTime << 32 | time.dwLowDateTime;
}

static void times(void) {
    FILETIME creation, end, kernel, user, now, idle;
    volatile unsigned spins = 0;
    memset(&creation, 0xA5, sizeof creation);
    memset(&end, 0xA5, sizeof end);
    do { /* until the clock that it is told in has gone on */
        while (++spins % 1000000)
            ;
        CHECK(GetProcessTimes(GetCurrentProcess(), &creation, &end, &kernel, &user));
    } while (joined(kernel) + joined(user) == 0);
    GetSystemTimeAsFileTime(&now);
    CHECK(joined(creation) < joined(now) + 20000000 && joined(end) == 0);
    CHECK(joined(now) - joined(creation) < 36000000000ull || joined(creation) > joined(now));
    CHECK(GetThreadTimes(GetCurrentThread(), &creation, &end, &kernel, &user) && joined(kernel) + joined(user) > 0);
    CHECK(GetSystemTimes(&idle, &kernel, &user) && joined(kernel) >= joined(idle) && joined(user) > 0);
    CHECK(GetSystemTimes(NULL, NULL, &user));
    SetLastError(0);
    CHECK(!GetProcessTimes(NULL, &creation, &end, &kernel, &user) && GetLastError() == ERROR_INVALID_HANDLE);
}

static void memory(void) {
    PROCESS_MEMORY_COUNTERS before;
    PROCESS_MEMORY_COUNTERS_EX after;
    size_t bytes = 32 << 20;
    char *block;
    memset(&before, 0xA5, sizeof before);
    memset(&after, 0xA5, sizeof after);
    CHECK(GetProcessMemoryInfo(GetCurrentProcess(), &before, sizeof before) && before.cb == sizeof before);
    block = (char *)VirtualAlloc(NULL, bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    memset(block, 1, bytes);
    CHECK(GetProcessMemoryInfo(GetCurrentProcess(), (PROCESS_MEMORY_COUNTERS *)&after, sizeof after));
    WINE_DIFFERS(after.cb == sizeof after && after.PrivateUsage == after.PagefileUsage);
    CHECK(after.WorkingSetSize >= before.WorkingSetSize + bytes / 2 && after.PeakWorkingSetSize >= after.WorkingSetSize);
    CHECK(after.PagefileUsage >= before.PagefileUsage + bytes / 2 && after.PageFaultCount >= before.PageFaultCount);
    VirtualFree(block, 0, MEM_RELEASE);
    SetLastError(0);
    CHECK(!GetProcessMemoryInfo(GetCurrentProcess(), &before, 8) && GetLastError() == ERROR_INSUFFICIENT_BUFFER);
}

static void processors(void) {
    DWORD_PTR own = 0, all = 0, old;
    CHECK(GetActiveProcessorCount(ALL_PROCESSOR_GROUPS) >= 1 && GetActiveProcessorGroupCount() == 1);
    CHECK(GetMaximumProcessorCount(0) >= GetActiveProcessorCount(0));
    WINE_DIFFERS(GetActiveProcessorCount(7) == 0 && GetLastError() == ERROR_INVALID_PARAMETER);
    CHECK(GetProcessAffinityMask(GetCurrentProcess(), &own, &all) && own != 0 && (own & all) == own);
    old = SetThreadAffinityMask(GetCurrentThread(), own & (~own + 1)); /* the lowest */
    CHECK(old == own);
    CHECK(SetThreadAffinityMask(GetCurrentThread(), own) == (own & (~own + 1)));
    SetLastError(0);
    CHECK(SetThreadAffinityMask(GetCurrentThread(), 0) == 0 && GetLastError() == ERROR_INVALID_PARAMETER);
    CHECK(SetProcessAffinityMask(GetCurrentProcess(), own));
    CHECK(SetThreadIdealProcessor(GetCurrentThread(), MAXIMUM_PROCESSORS) < 64 || sizeof own * 8 > 64);
    CHECK(SetThreadIdealProcessor(GetCurrentThread(), 1000) == (DWORD)-1);
    WINE_DIFFERS(SetThreadDescription(GetCurrentThread(), L"a thread of the test") == S_OK);
    CHECK(SetThreadDescription(NULL, L"none") < 0);
#ifndef __MINGW32__ /* its libraries have it not */
    PWSTR name = NULL;
    CHECK(SetThreadDescription(GetCurrentThread(), L"worker 1") == S_OK);
    CHECK(GetThreadDescription(GetCurrentThread(), &name) == S_OK && wcscmp(name, L"worker 1") == 0);
    LocalFree(name);
    /* as programs tell a debugger, in the layout of 64 bits */
    struct {
        DWORD type;
        LPCSTR name;
        DWORD thread, flags;
    } told = {0x1000, "worker 2", (DWORD)-1, 0};
    RaiseException(0x406D1388, 0, sizeof told / sizeof(ULONG_PTR), (ULONG_PTR *)&told);
    CHECK(GetThreadDescription(GetCurrentThread(), &name) == S_OK && wcscmp(name, L"worker 2") == 0);
    LocalFree(name);
    CHECK(GetThreadDescription(NULL, &name) < 0);
#endif
}

static void pointers(void) {
    char text[] = "text";
    char *page = (char *)VirtualAlloc(NULL, 4096, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    VirtualAlloc(page, 4096, MEM_COMMIT, PAGE_READONLY);
    CHECK(!IsBadReadPtr(text, sizeof text) && IsBadReadPtr(NULL, 1) && !IsBadReadPtr(NULL, 0));
    CHECK(!IsBadWritePtr(text, sizeof text) && IsBadWritePtr((void *)16, 1));
    CHECK(!IsBadStringPtrA(text, (UINT_PTR)-1) && IsBadStringPtrA((LPCSTR)1, 10) && !IsBadStringPtrW(L"wide", 100));
    CHECK(!IsBadCodePtr((FARPROC)pointers));
    VirtualFree(page, 0, MEM_RELEASE);
    CHECK(IsBadReadPtr(page, 1));
}

/* Every processor is in one core, in one package and on one node. */
static void topology(void) {
    static SYSTEM_LOGICAL_PROCESSOR_INFORMATION parts[1024];
    static union {
        SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX first;
        char bytes[65536];
    } all;
    DWORD length = 0, at, count = 0, need;
    DWORD_PTR own, installed, cores = 0, nodes = 0, packages = 0;
    GetProcessAffinityMask(GetCurrentProcess(), &own, &installed);
    SetLastError(0);
    CHECK(!GetLogicalProcessorInformation(NULL, &length) && GetLastError() == ERROR_INSUFFICIENT_BUFFER);
    CHECK(length > 0 && length % sizeof parts[0] == 0);
    need = length, length = sizeof parts;
    CHECK(GetLogicalProcessorInformation(parts, &length) && length == need);
    for (at = 0; at < length / sizeof parts[0]; at++) {
        ULONG_PTR mask = parts[at].ProcessorMask;
        CHECK(mask != 0 && (mask & ~installed) == 0);
        if (parts[at].Relationship == RelationProcessorCore) {
            CHECK((cores & mask) == 0 && (parts[at].ProcessorCore.Flags == LTP_PC_SMT) == ((mask & (mask - 1)) != 0));
            cores |= mask;
        } else if (parts[at].Relationship == RelationNumaNode)
            nodes |= mask;
        else if (parts[at].Relationship == RelationProcessorPackage)
            packages |= mask;
        else
            CHECK(parts[at].Cache.Level >= 1 && parts[at].Cache.LineSize >= 16 && parts[at].Cache.Size > 0);
    }
    CHECK(cores == installed && nodes == installed && packages == installed);

    length = sizeof all;
    CHECK(GetLogicalProcessorInformationEx(RelationAll, &all.first, &length) && length > 0);
    for (at = 0; at < length; count++) {
        SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX *entry = (void *)(all.bytes + at);
        if (entry->Relationship == RelationProcessorCore)
            CHECK(entry->Processor.GroupCount == 1 && (entry->Processor.GroupMask[0].Mask & cores) != 0);
        else if (entry->Relationship == RelationGroup)
            CHECK(entry->Group.ActiveGroupCount == 1 && entry->Group.GroupInfo[0].ActiveProcessorMask == installed);
        at += entry->Size;
    }
    CHECK(at == length && count >= need / sizeof parts[0]);
    length = sizeof all;
    CHECK(GetLogicalProcessorInformationEx(RelationCache, &all.first, &length));
    CHECK(length == 0 || all.first.Cache.CacheSize > 0);

    ULONG highest = 0xBEEF;
    ULONGLONG mask = 0xBEEF;
    UCHAR node = 0xEE;
    CHECK(GetNumaHighestNodeNumber(&highest) && highest < 64);
    WINE_DIFFERS(GetNumaNodeProcessorMask(0, &mask) && (mask & ~(ULONGLONG)installed) == 0);
    CHECK(GetNumaProcessorNode(0, &node) && node <= highest);
    CHECK(!GetNumaProcessorNode(255, &node));
}

int main(void) {
    times();
    memory();
    processors();
    topology();
    pointers();
    printf("%d wrong\n", wrong);
    return wrong;
}
