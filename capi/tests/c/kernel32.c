/* kernel32 without sockets: locks, lists, slots, memory, time, text, modules. */
#include <windows.h>
#include <io.h>
#include <mmsystem.h>
#include <process.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "check.h"

#define THREADS 8
#define TURNS 2000

static CRITICAL_SECTION section;
static SRWLOCK slim = SRWLOCK_INIT;
static CONDITION_VARIABLE changed = CONDITION_VARIABLE_INIT;
static volatile LONG together;
static int guarded, slimly;

static unsigned __stdcall count(void *turns) {
    for (int turn = 0; turn < (int)(intptr_t)turns; turn++) {
        EnterCriticalSection(&section);
        EnterCriticalSection(&section);
        guarded++;
        LeaveCriticalSection(&section);
        LeaveCriticalSection(&section);
        AcquireSRWLockExclusive(&slim);
        slimly++;
        ReleaseSRWLockExclusive(&slim);
        InterlockedIncrement(&together);
    }
    _endthreadex(77);
    return 1;
}

static void locks(void) {
    HANDLE threads[THREADS];
    DWORD code = 0;
    InitializeCriticalSectionAndSpinCount(&section, 4000);
    for (int at = 0; at < THREADS; at++)
        threads[at] = (HANDLE)_beginthreadex(NULL, 0, count, (void *)(intptr_t)TURNS, 0, NULL);
    CHECK(WaitForMultipleObjects(THREADS, threads, TRUE, 60000) == WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(threads[0], &code) && code == 77);
    for (int at = 0; at < THREADS; at++)
        CloseHandle(threads[at]);
    CHECK(guarded == THREADS * TURNS && slimly == THREADS * TURNS && together == THREADS * TURNS);
    CHECK(TryEnterCriticalSection(&section));
    LeaveCriticalSection(&section);
    AcquireSRWLockShared(&slim);
    CHECK(TryAcquireSRWLockShared(&slim) && !TryAcquireSRWLockExclusive(&slim));
    ReleaseSRWLockShared(&slim);
    ReleaseSRWLockShared(&slim);
}

static int ready;
static unsigned __stdcall announce(void *nothing) {
    (void)nothing;
    EnterCriticalSection(&section);
    ready = 1;
    LeaveCriticalSection(&section);
    WakeAllConditionVariable(&changed);
    AcquireSRWLockExclusive(&slim);
    ready = 2;
    ReleaseSRWLockExclusive(&slim);
    WakeConditionVariable(&changed);
    return 0;
}

static void variables(void) {
    unsigned number = 0;
    EnterCriticalSection(&section);
    SetLastError(0);
    CHECK(!SleepConditionVariableCS(&changed, &section, 1) && GetLastError() == ERROR_TIMEOUT);
    HANDLE thread = (HANDLE)_beginthreadex(NULL, 0, announce, NULL, CREATE_SUSPENDED, &number);
    CHECK(number != 0 && ResumeThread(thread) == 1);
    while (ready == 0)
        CHECK(SleepConditionVariableCS(&changed, &section, 60000));
    LeaveCriticalSection(&section);
    AcquireSRWLockShared(&slim);
    while (ready != 2)
        CHECK(SleepConditionVariableSRW(&changed, &slim, 60000, CONDITION_VARIABLE_LOCKMODE_SHARED));
    ReleaseSRWLockShared(&slim);
    CHECK(WaitForSingleObject(thread, 60000) == WAIT_OBJECT_0);
    CloseHandle(thread);
    DeleteCriticalSection(&section);
}

static volatile LONG word;
static unsigned __stdcall change(void *nothing) {
    (void)nothing;
    InterlockedExchange(&word, 1);
    WakeByAddressSingle((void *)&word);
    return 0;
}

static void addresses(void) {
    LONG zero = 0;
    SetLastError(0);
    CHECK(!WaitOnAddress(&word, &zero, sizeof word, 1) && GetLastError() == ERROR_TIMEOUT);
    HANDLE thread = (HANDLE)_beginthreadex(NULL, 0, change, NULL, 0, NULL);
    while (word == 0)
        WaitOnAddress(&word, &zero, sizeof word, 60000);
    CHECK(word == 1 && WaitForSingleObject(thread, 60000) == WAIT_OBJECT_0);
    CloseHandle(thread);
    CHECK(InterlockedCompareExchange(&word, 5, 1) == 1 && word == 5);
    CHECK(InterlockedCompareExchange(&word, 6, 1) == 5 && word == 5);
    CHECK(InterlockedExchangeAdd(&word, 3) == 5 && InterlockedDecrement(&word) == 7);
    CHECK(InterlockedExchange(&word, 9) == 7 && word == 9);
    void *volatile pointer = NULL;
    CHECK(InterlockedExchangePointer(&pointer, (void *)&word) == NULL && pointer == (void *)&word);
    volatile LONG64 wide = 0x100000000LL;
    CHECK(InterlockedIncrement64(&wide) == 0x100000001LL);
}

static int initialised;
static BOOL CALLBACK initialise(PINIT_ONCE once, PVOID parameter, PVOID *context) {
    (void)once;
    initialised++;
    *context = parameter;
    return TRUE;
}

struct item {
    SLIST_ENTRY entry;
    int value;
};

#ifndef __MINGW32__ /* Wine has none */
static SYNCHRONIZATION_BARRIER barrier;
static volatile LONG arrived, last;

static DWORD WINAPI meets(void *rounds) {
    for (LONG_PTR round = 1; round <= (LONG_PTR)rounds; round++) {
        InterlockedIncrement(&arrived);
        if (EnterSynchronizationBarrier(&barrier, 0))
            InterlockedIncrement(&last);
        if (arrived < 4 * round)
            return 1;
        EnterSynchronizationBarrier(&barrier, SYNCHRONIZATION_BARRIER_FLAGS_BLOCK_ONLY);
    }
    return 0;
}

static void barriers(void) {
    HANDLE threads[4];
    DWORD code = 9;
    SetLastError(0);
    CHECK(!InitializeSynchronizationBarrier(&barrier, 0, -1) && GetLastError() == ERROR_INVALID_PARAMETER);
    CHECK(InitializeSynchronizationBarrier(&barrier, 4, -1));
    for (int at = 0; at < 4; at++)
        threads[at] = CreateThread(NULL, 0, meets, (void *)50, 0, NULL);
    CHECK(WaitForMultipleObjects(4, threads, TRUE, 60000) == WAIT_OBJECT_0);
    for (int at = 0; at < 4; at++)
        CHECK(GetExitCodeThread(threads[at], &code) && code == 0 && CloseHandle(threads[at]));
    CHECK(last == 50 && DeleteSynchronizationBarrier(&barrier));
}
#endif

static void lists(void) {
    static SLIST_HEADER list;
    static struct item items[3];
    InitializeSListHead(&list);
    CHECK(InterlockedPopEntrySList(&list) == NULL);
    for (int at = 0; at < 3; at++) {
        items[at].value = at;
        InterlockedPushEntrySList(&list, &items[at].entry);
    }
    CHECK(QueryDepthSList(&list) == 3);
    CHECK(((struct item *)InterlockedPopEntrySList(&list))->value == 2);
    CHECK(((struct item *)InterlockedFlushSList(&list))->value == 1 && QueryDepthSList(&list) == 0);
    static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
    PVOID context = NULL;
    for (int at = 0; at < 3; at++)
        CHECK(InitOnceExecuteOnce(&once, initialise, items, &context) && context == items);
    DWORD slot = TlsAlloc();
    CHECK(slot != TLS_OUT_OF_INDEXES && TlsGetValue(slot) == NULL && GetLastError() == 0);
    CHECK(TlsSetValue(slot, &slot) && TlsGetValue(slot) == &slot && TlsFree(slot));
}

static void memory(void) {
    HANDLE heap = GetProcessHeap();
    char *block = HeapAlloc(heap, HEAP_ZERO_MEMORY, 100);
    CHECK(block != NULL && block[99] == 0 && HeapSize(heap, 0, block) == 100);
    block[99] = 5;
    block = HeapReAlloc(heap, 0, block, 5000);
    CHECK(block != NULL && block[99] == 5 && HeapSize(heap, 0, block) == 5000 && HeapFree(heap, 0, block));
    HANDLE own = HeapCreate(0, 0, 0);
    for (int at = 0; at < 10; at++)
        CHECK(HeapAlloc(own, 0, 1000) != NULL);
    HANDLE all[50] = {0};
    DWORD count = GetProcessHeaps(50, all), kind = 0, last = 0;
    SIZE_T needed = 0;
    for (DWORD at = 0; at < count; at++)
        last = all[at] == own ? at : last;
    CHECK(count >= 2 && count <= 50 && all[0] == GetProcessHeap() && last > 0);
    CHECK(GetProcessHeaps(1, all) == count);
    kind = 2;
    CHECK(HeapSetInformation(own, HeapCompatibilityInformation, &kind, sizeof kind));
    CHECK(HeapQueryInformation(own, HeapCompatibilityInformation, &kind, sizeof kind, &needed) && needed == 4);
    WINE_DIFFERS(kind == 2);
    CHECK(!HeapQueryInformation(own, HeapCompatibilityInformation, &kind, 1, NULL) && GetLastError() == ERROR_INSUFFICIENT_BUFFER);
    CHECK(HeapDestroy(own) && GetProcessHeaps(50, all) == count - 1);
    char *pages = VirtualAlloc(NULL, 100000, MEM_RESERVE, PAGE_READWRITE);
    CHECK(pages != NULL && (uintptr_t)pages % 65536 == 0);
    CHECK(VirtualAlloc(pages + 8192, 100, MEM_COMMIT, PAGE_READWRITE) == pages + 8192);
    pages[8192 + 4095] = 1;
    CHECK(VirtualFree(pages, 0, MEM_RELEASE));
    pages = VirtualAlloc(NULL, 4096, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    CHECK(pages != NULL && pages[0] == 0);
    pages[4095] = 3;
    CHECK(VirtualFree(pages, 0, MEM_RELEASE));
    SetLastError(0);
    CHECK(VirtualAlloc(NULL, 0, MEM_RESERVE, PAGE_READWRITE) == NULL && GetLastError() == ERROR_INVALID_PARAMETER);
    HANDLE mapping = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 8192, "winsock-test");
    CHECK(mapping != NULL);
    HANDLE again = OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, "winsock-test");
    CHECK(again != NULL && OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, "winsock-none") == NULL);
    char *one = MapViewOfFile(mapping, FILE_MAP_ALL_ACCESS, 0, 0, 0);
    char *two = MapViewOfFile(again, FILE_MAP_READ, 0, 0, 4096);
    CHECK(one != NULL && two != NULL);
    strcpy(one, "shared");
    CHECK(strcmp(two, "shared") == 0 && UnmapViewOfFile(one) && UnmapViewOfFile(two));
    CHECK(CloseHandle(mapping) && CloseHandle(again));
}

static void times(void) {
    LARGE_INTEGER before, after, frequency;
    SYSTEMTIME parts = {0};
    FILETIME file;
    CHECK(QueryPerformanceFrequency(&frequency) && frequency.QuadPart > 0 && QueryPerformanceCounter(&before));
    ULONGLONG ticks = GetTickCount64();
    Sleep(20);
    CHECK(QueryPerformanceCounter(&after) && after.QuadPart > before.QuadPart);
    TIMECAPS caps = {7, 7};
    ULONGLONG first = 0, second = 0;
    CHECK(timeGetDevCaps(&caps, sizeof caps) == TIMERR_NOERROR && caps.wPeriodMin == 1);
    WINE_DIFFERS(caps.wPeriodMax == 1000000);
    CHECK(timeGetDevCaps(NULL, sizeof caps) == TIMERR_NOCANDO && timeGetDevCaps(&caps, 1) == TIMERR_NOCANDO);
    CHECK(QueryUnbiasedInterruptTime(&first) && QueryUnbiasedInterruptTime(&second) && first > 0 && first <= second);
    CHECK(GetTickCount64() >= ticks && timeGetTime() != 0 && timeBeginPeriod(1) == 0 && timeEndPeriod(1) == 0);
    GetSystemTime(&parts);
    CHECK(parts.wYear >= 2024 && parts.wMonth >= 1 && parts.wMonth <= 12);
    CHECK(SystemTimeToFileTime(&parts, &file));
    SYSTEMTIME back = {0};
    CHECK(FileTimeToSystemTime(&file, &back) && memcmp(&parts, &back, sizeof parts) == 0);
    parts.wMonth = 13;
    CHECK(!SystemTimeToFileTime(&parts, &file) && GetLastError() == ERROR_INVALID_PARAMETER);
    file.dwLowDateTime = 0xD53E8000, file.dwHighDateTime = 0x019DB1DE; /* 1970 */
    CHECK(FileTimeToSystemTime(&file, &back) && back.wYear == 1970 && back.wDay == 1 && back.wDayOfWeek == 4);
}

static void messages(void) {
    char *text = NULL, small[4], line[100];
    DWORD english = MAKELANGID(LANG_ENGLISH, SUBLANG_ENGLISH_US);
    DWORD length = FormatMessageA(FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS,
                                  NULL, 10061, english, (LPSTR)&text, 0, NULL);
    CHECK(length > 10 && text != NULL && strlen(text) == length);
    CHECK(text != NULL && strcmp(text + length - 2, "\r\n") == 0 && LocalFree(text) == NULL);
    SetLastError(0);
    CHECK(FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM, NULL, 10061, english, small, sizeof small, NULL) == 0);
    CHECK(GetLastError() == ERROR_INSUFFICIENT_BUFFER);
    CHECK(FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM, NULL, 0x12345678, english, line, sizeof line, NULL) == 0);
    CHECK(GetLastError() == ERROR_MR_MID_NOT_FOUND);
    DWORD_PTR inserts[] = {(DWORD_PTR) "one", 42};
    CHECK(FormatMessageA(FORMAT_MESSAGE_FROM_STRING | FORMAT_MESSAGE_ARGUMENT_ARRAY, "%2!d! is %1%%%n", 0, 0, line,
                         sizeof line, (va_list *)inserts) == 12);
    CHECK(strcmp(line, "42 is one%\r\n") == 0);
}

static void modules(void) {
    char path[MAX_PATH] = "", small[3];
    CHECK(GetModuleFileNameA(NULL, path, sizeof path) > 0 && strstr(path, "kernel32_test") != NULL);
    CHECK(strrchr(path, '\\') != NULL && strchr(path, '/') == NULL && _access(path, 0) == 0);
    CHECK(GetModuleFileNameA(NULL, small, sizeof small) == 3 && GetLastError() == ERROR_INSUFFICIENT_BUFFER);
    WINE_DIFFERS(small[2] == 0);
    HMODULE module = LoadLibraryA("ws2_32.dll");
    CHECK(module != NULL && GetProcAddress(module, "WSAStartup") != NULL && GetProcAddress(module, "send") != NULL);
    SetLastError(0);
    CHECK(GetProcAddress(module, "NoSuchFunction") == NULL && GetLastError() == ERROR_PROC_NOT_FOUND);
    CHECK(FreeLibrary(module) && LoadLibraryA("no-such-library.dll") == NULL && GetLastError() == ERROR_MOD_NOT_FOUND);
    CHECK(GetModuleHandleA(NULL) != NULL && GetModuleHandleA("kernel32") != NULL);
    char name[64];
    DWORD room = sizeof name;
    CHECK(GetComputerNameA(name, &room) && room == strlen(name) && room > 0);
    SYSTEM_INFO system;
    GetSystemInfo(&system);
    CHECK(system.dwNumberOfProcessors >= 1 && system.dwPageSize == 4096 && system.dwAllocationGranularity == 65536);
    OSVERSIONINFOA version = {.dwOSVersionInfoSize = sizeof version};
    CHECK(GetVersionExA(&version) && version.dwPlatformId == VER_PLATFORM_WIN32_NT && version.dwMajorVersion >= 6);
    CHECK(!IsDebuggerPresent() && GetCurrentProcessId() != 0);
    wchar_t wide[10];
    CHECK(MultiByteToWideChar(CP_UTF8, 0, "\xED\x95\x9C", -1, wide, 10) == 2 && wide[0] == 0xD55C && wide[1] == 0);
    CHECK(WideCharToMultiByte(CP_UTF8, 0, wide, -1, name, sizeof name, NULL, NULL) == 4 && strcmp(name, "\xED\x95\x9C") == 0);
    CHECK(SetEnvironmentVariableA("WINSOCK_TEST_B", "12345") && GetEnvironmentVariableA("WINSOCK_TEST_B", name, sizeof name) == 5);
    CHECK(GetEnvironmentVariableA("WINSOCK_TEST_B", name, 5) == 6);
    SetLastError(0);
    CHECK(GetEnvironmentVariableA("WINSOCK_TEST_C", name, 5) == 0 && GetLastError() == ERROR_ENVVAR_NOT_FOUND);
    SetConsoleTitleA("title");
    SetLastError(0);
    CHECK(GetStdHandle(99) == INVALID_HANDLE_VALUE && GetLastError() == ERROR_INVALID_HANDLE);
    CHECK(GetStdHandle(STD_OUTPUT_HANDLE) != NULL && GetStdHandle(STD_OUTPUT_HANDLE) != INVALID_HANDLE_VALUE);
}

static void settings(void) {
    char folder[MAX_PATH], file[MAX_PATH + 20], value[32];
    CHECK(GetCurrentDirectoryA(sizeof folder, folder) == strlen(folder));
    sprintf(file, "%s/winsock-test.ini", folder);
    CHECK(WritePrivateProfileStringA("net", "port", "7777", file));
    CHECK(WritePrivateProfileStringA("net", "host", "here", file) && WritePrivateProfileStringA("other", "port", "1", file));
    CHECK(GetPrivateProfileIntA("NET", "Port", 5, file) == 7777 && GetPrivateProfileIntA("net", "none", 5, file) == 5);
    CHECK(GetPrivateProfileStringA("net", "host", "there", value, sizeof value, file) == 4 && strcmp(value, "here") == 0);
    CHECK(GetPrivateProfileStringA("net", "host", "there", value, 3, file) == 2 && strcmp(value, "he") == 0);
    remove(file);
    CHECK(CreateDirectoryA("winsock-test-folder", NULL) && !CreateDirectoryA("winsock-test-folder", NULL));
    CHECK(GetLastError() == ERROR_ALREADY_EXISTS);
    CHECK(GetFileAttributesA("winsock-test-folder") & FILE_ATTRIBUTE_DIRECTORY);
    CHECK(RemoveDirectoryA("winsock-test-folder") && GetFileAttributesA("winsock-test-folder") == INVALID_FILE_ATTRIBUTES);
}

static EXCEPTION_RECORD raised;
static int asked;

static LONG CALLBACK goes_on(PEXCEPTION_POINTERS pointers) {
    asked = asked * 10 + 1;
    raised = *pointers->ExceptionRecord;
    return EXCEPTION_CONTINUE_EXECUTION;
}
static LONG CALLBACK leaves_it(PEXCEPTION_POINTERS pointers) {
    asked = asked * 10 + (pointers->ContextRecord != NULL ? 2 : 9);
    return EXCEPTION_CONTINUE_SEARCH;
}

static void exceptions(void) {
    const ULONG_PTR arguments[2] = {5, 6};
    PVOID last = AddVectoredExceptionHandler(0, goes_on), first = AddVectoredExceptionHandler(1, leaves_it);
    CHECK(last != NULL && first != NULL && last != first);
    RaiseException(0xE0001234, 0, 2, arguments);
    CHECK(asked == 21 && raised.ExceptionCode == 0xE0001234 && raised.ExceptionFlags == 0);
    CHECK(raised.NumberParameters == 2 && raised.ExceptionInformation[1] == 6 && raised.ExceptionAddress != NULL);
    CHECK(RemoveVectoredExceptionHandler(first) != 0 && RemoveVectoredExceptionHandler(first) == 0);
    asked = 0;
    RaiseException(0xE0001235, 0, 0, NULL);
    CHECK(asked == 1 && raised.ExceptionCode == 0xE0001235 && raised.NumberParameters == 0);
    CHECK(RemoveVectoredExceptionHandler(last) != 0);
}

static void priorities(void) {
    CHECK(GetPriorityClass(GetCurrentProcess()) != 0); /* nice makes it another than NORMAL */
    CHECK(SetPriorityClass(GetCurrentProcess(), ABOVE_NORMAL_PRIORITY_CLASS));
    CHECK(GetPriorityClass(GetCurrentProcess()) == ABOVE_NORMAL_PRIORITY_CLASS);
    SetLastError(0);
    CHECK(!SetPriorityClass(GetCurrentProcess(), 3) && GetLastError() == ERROR_INVALID_PARAMETER);
    CHECK(SetPriorityClass(GetCurrentProcess(), NORMAL_PRIORITY_CLASS));
    CHECK(GetPriorityClass(NULL) == 0 && GetLastError() == ERROR_INVALID_HANDLE);
}

int main(void) {
    locks();
    variables();
    addresses();
#ifndef __MINGW32__
    barriers();
#endif
    lists();
    memory();
    times();
    messages();
    modules();
    settings();
    exceptions();
    priorities();
    CHECK(initialised == 1);
    printf("%d wrong\n", wrong);
    return wrong;
}
