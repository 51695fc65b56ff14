/* What kernel32.c leaves: time, memory, once, locks, threads, texts with sizes. */
#include <winsock2.h>
#include <windows.h>
#include <strsafe.h>
#include <objbase.h>
#include <process.h>
#include <rpc.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include "check.h"

static void times(void) {
    FILETIME one = {5, 1}, two = {4, 2}, local, back;
    CHECK(CompareFileTime(&one, &two) == -1 && CompareFileTime(&two, &one) == 1 && CompareFileTime(&one, &one) == 0);
    FILETIME now, precise;
    memset(&now, 0, sizeof now), memset(&precise, 0, sizeof precise);
    GetSystemTimeAsFileTime(&now);
    GetSystemTimePreciseAsFileTime(&precise);
    CHECK(now.dwHighDateTime >= 0x01DA0000 && precise.dwHighDateTime >= now.dwHighDateTime);
    CHECK(FileTimeToLocalFileTime(&now, &local) && LocalFileTimeToFileTime(&local, &back));
    CHECK(CompareFileTime(&now, &back) == 0);
    SYSTEMTIME parts, universal;
    memset(&parts, 0, sizeof parts);
    GetLocalTime(&parts);
    GetSystemTime(&universal);
    CHECK(parts.wYear >= 2024 && parts.wMonth >= 1 && parts.wMonth <= 12 && parts.wDayOfWeek < 7 && parts.wMilliseconds < 1000);
    TIME_ZONE_INFORMATION zone;
    memset(&zone, 0xEE, sizeof zone);
    CHECK(GetTimeZoneInformation(&zone) <= TIME_ZONE_ID_DAYLIGHT && zone.Bias >= -14 * 60 && zone.Bias <= 12 * 60);
    DWORD ticks = GetTickCount();
    CHECK((LONG)(GetTickCount() - ticks) >= 0);
}

static void memory(void) {
    char *block = GlobalAlloc(GPTR, 100);
    CHECK(block != NULL && block[0] == 0 && block[99] == 0 && GlobalFree(block) == NULL);
    block = LocalAlloc(LPTR, 100);
    block = LocalReAlloc(block, 5000, LMEM_MOVEABLE | LMEM_ZEROINIT);
    CHECK(block != NULL && LocalSize(block) >= 5000 && ((char *)block)[4999] == 0);
    LocalFree(block);
    block = GlobalReAlloc(GlobalAlloc(GMEM_FIXED, 9), 4, 0);
    CHECK(block != NULL && GlobalSize(block) >= 4);
    GlobalFree(block);
    block = LocalAlloc(LPTR, 100);
    CHECK(block != NULL && block[99] == 0 && LocalFree(block) == NULL);
    MEMORYSTATUSEX status;
    memset(&status, 0, sizeof status);
    SetLastError(0xBEEF);
    CHECK(!GlobalMemoryStatusEx(&status) && GetLastError() == ERROR_INVALID_PARAMETER);
    status.dwLength = sizeof status;
    CHECK(GlobalMemoryStatusEx(&status) && status.dwMemoryLoad <= 100 && status.ullTotalPhys >= status.ullAvailPhys && status.ullTotalPhys > 0);
    char *pages = VirtualAllocEx(GetCurrentProcess(), NULL, 8192, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    CHECK(pages != NULL && VirtualLock(pages, 4096) && VirtualUnlock(pages, 4096));
    CHECK(VirtualFreeEx(GetCurrentProcess(), pages, 0, MEM_RELEASE));
    HANDLE mapping = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096, NULL);
    char *view = MapViewOfFile(mapping, FILE_MAP_WRITE, 0, 0, 0);
    CHECK(view != NULL && (view[0] = 1) && FlushViewOfFile(view, 1) && UnmapViewOfFile(view) && CloseHandle(mapping));
    ULONG wanted = 2;
    CHECK(HeapSetInformation(GetProcessHeap(), HeapCompatibilityInformation, &wanted, sizeof wanted) || GetLastError() != 0);
}

static DWORD slot, freed;
static void WINAPI on_free(PVOID value) { freed += (DWORD)(uintptr_t)value; }
static unsigned __stdcall with_slot(void *value) {
    CHECK(FlsGetValue(slot) == NULL && FlsSetValue(slot, value) && FlsGetValue(slot) == value);
    return 0;
}

static HANDLE has_value, may_end;
static unsigned __stdcall keeps_value(void *value) {
    CHECK(FlsSetValue(slot, value) && SetEvent(has_value));
    CHECK(WaitForSingleObject(may_end, 60000) == WAIT_OBJECT_0 && FlsGetValue(slot) == NULL);
    return 0;
}

static CONDITION_VARIABLE changed;
static SRWLOCK lock;
static volatile LONG ready, word;
static unsigned __stdcall tell(void *nothing) {
    (void)nothing;
    AcquireSRWLockExclusive(&lock);
    ready = 1;
    ReleaseSRWLockExclusive(&lock);
    WakeAllConditionVariable(&changed);
    InterlockedExchange(&word, 1);
    WakeByAddressAll((void *)&word);
    return 0;
}
static HANDLE ended;
static void __cdecl simple(void *event) {
    SetEvent((HANDLE)event);
    _endthread();
}

static void threads(void) {
    slot = FlsAlloc(on_free);
    CHECK(slot != FLS_OUT_OF_INDEXES);
    HANDLE thread = (HANDLE)_beginthreadex(NULL, 0, with_slot, (void *)5, 0, NULL);
    CHECK(WaitForSingleObject(thread, 60000) == WAIT_OBJECT_0 && CloseHandle(thread) && freed == 5);
    has_value = CreateEvent(NULL, FALSE, FALSE, NULL);
    may_end = CreateEvent(NULL, FALSE, FALSE, NULL);
    thread = (HANDLE)_beginthreadex(NULL, 0, keeps_value, (void *)11, 0, NULL);
    CHECK(WaitForSingleObject(has_value, 60000) == WAIT_OBJECT_0);
    CHECK(FlsSetValue(slot, (void *)2) && FlsFree(slot) && freed == 18);
    CHECK(SetEvent(may_end) && WaitForSingleObject(thread, 60000) == WAIT_OBJECT_0 && CloseHandle(thread));
    CHECK(freed == 18 && CloseHandle(has_value) && CloseHandle(may_end));
    InitializeConditionVariable(&changed);
    InitializeSRWLock(&lock);
    thread = (HANDLE)_beginthreadex(NULL, 0, tell, NULL, 0, NULL);
    AcquireSRWLockExclusive(&lock);
    while (!ready)
        CHECK(SleepConditionVariableSRW(&changed, &lock, 60000, 0));
    ReleaseSRWLockExclusive(&lock);
    LONG zero = 0;
    while (word == 0)
        WaitOnAddress(&word, &zero, sizeof word, 60000);
    CHECK(WaitForSingleObject(thread, 60000) == WAIT_OBJECT_0 && CloseHandle(thread));
    INIT_ONCE once;
    BOOL pending = FALSE;
    PVOID context = NULL;
    InitOnceInitialize(&once);
    CHECK(InitOnceBeginInitialize(&once, 0, &pending, &context) && pending);
    CHECK(InitOnceComplete(&once, 0, (PVOID)8));
    CHECK(InitOnceBeginInitialize(&once, 0, &pending, &context) && !pending && context == (PVOID)8);
    CRITICAL_SECTION section;
    InitializeCriticalSection(&section);
    SetCriticalSectionSpinCount(&section, 100);
    EnterCriticalSection(&section), LeaveCriticalSection(&section), DeleteCriticalSection(&section);
    CHECK(InitializeCriticalSectionEx(&section, 100, 0));
    CHECK(TryEnterCriticalSection(&section));
    LeaveCriticalSection(&section), DeleteCriticalSection(&section);
    ended = CreateEventExA(NULL, NULL, CREATE_EVENT_MANUAL_RESET, EVENT_ALL_ACCESS);
    CHECK((intptr_t)_beginthread(simple, 0, ended) != -1 && WaitForSingleObject(ended, 60000) == WAIT_OBJECT_0 && CloseHandle(ended));
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, "winsock-doors"), same = OpenEventA(SYNCHRONIZE, FALSE, "winsock-doors");
    CHECK(same != NULL && WaitForSingleObject(same, 0) == WAIT_OBJECT_0 && CloseHandle(same) && CloseHandle(event));
    SwitchToThread();
    SYSTEM_INFO system;
    GetNativeSystemInfo(&system);
    CHECK(GetCurrentProcessorNumber() < 4096 && system.dwNumberOfProcessors >= 1);
    UINT mode = SetErrorMode(SEM_FAILCRITICALERRORS);
    CHECK(SetErrorMode(mode) == SEM_FAILCRITICALERRORS && GetErrorMode() == mode);
    CHECK((GetVersion() & 0xFF) >= 6);
    PVOID frames[4] = {NULL};
    CHECK(RtlCaptureStackBackTrace(0, 4, frames, NULL) >= 1 && frames[0] != NULL);
}

static HRESULT cch(char *to, size_t room, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    HRESULT result = StringCchVPrintfA(to, room, format, arguments);
    va_end(arguments);
    return result;
}
static HRESULT cb(wchar_t *to, size_t room, const wchar_t *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    HRESULT result = StringCbVPrintfW(to, room, format, arguments);
    va_end(arguments);
    return result;
}

static HRESULT cbv(char *to, size_t room, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    HRESULT result = StringCbVPrintfA(to, room, format, arguments);
    va_end(arguments);
    return result;
}
static HRESULT cchv(wchar_t *to, size_t room, const wchar_t *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    HRESULT result = StringCchVPrintfW(to, room, format, arguments);
    va_end(arguments);
    return result;
}

/* Identifiers as text, in braces for COM and without for remote calls. */
static void identifiers(void) {
    static const GUID known = {0x00112233, 0x4455, 0x6677, {0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF}};
    static const GUID nil = {0};
    GUID one, two;
    RPC_CSTR text = NULL;
    RPC_WSTR wide = NULL;
    wchar_t told[40];
    wmemset(told, L'#', 40);
    memset(&one, 0xEE, sizeof one), memset(&two, 0xEE, sizeof two);
    CHECK(StringFromGUID2(&known, told, 39) == 39 && told[39] == L'#');
    CHECK(wcscmp(told, L"{00112233-4455-6677-8899-AABBCCDDEEFF}") == 0);
    CHECK(StringFromGUID2(&known, told, 38) == 0);
    CHECK(CLSIDFromString(told, &one) == S_OK && IsEqualGUID(&one, &known));
    CHECK(IIDFromString(told, &two) == S_OK && IsEqualGUID(&two, &known));
    CHECK(IIDFromString(NULL, &two) == S_OK && IsEqualGUID(&two, &nil));
    CHECK(CLSIDFromString(NULL, &one) == S_OK && IsEqualGUID(&one, &nil));
    told[5] = L'x';
    CHECK(CLSIDFromString(told, &one) == CO_E_CLASSSTRING && IIDFromString(told, &two) == CO_E_IIDSTRING);
    CHECK(IIDFromString(L"{0}", &two) == E_INVALIDARG && CLSIDFromString(L"No.Such.Class", &one) == CO_E_CLASSSTRING);
    CHECK(CoCreateGuid(&one) == S_OK && CoCreateGuid(&two) == S_OK && !IsEqualGUID(&one, &two));
    CHECK(UuidToStringW((UUID *)&known, &wide) == RPC_S_OK && wcscmp(wide, L"00112233-4455-6677-8899-aabbccddeeff") == 0);
    CHECK(UuidFromStringW(wide, &one) == RPC_S_OK && IsEqualGUID(&one, &known) && RpcStringFreeW(&wide) == RPC_S_OK);
    CHECK(UuidToStringA((UUID *)&known, &text) == RPC_S_OK && strcmp((char *)text, "00112233-4455-6677-8899-aabbccddeeff") == 0);
    CHECK(UuidFromStringA(text, &two) == RPC_S_OK && IsEqualGUID(&two, &known));
    text[8] = '+';
    CHECK(UuidFromStringA(text, &two) == RPC_S_INVALID_STRING_UUID && RpcStringFreeA(&text) == RPC_S_OK);
    CHECK(UuidFromStringA(NULL, &two) == RPC_S_OK && IsEqualGUID(&two, &nil));
    memset(&one, 0xEE, sizeof one);
    CHECK(UuidCreateNil(&one) == RPC_S_OK && IsEqualGUID(&one, &nil));
}

static void names(void) {
    UUID one, two;
    RPC_CSTR text = NULL;
    memset(&one, 0, sizeof one), memset(&two, 0, sizeof two);
    CHECK(UuidCreate(&one) == 0 && UuidCreate(&two) == 0 && memcmp(&one, &two, sizeof one) != 0);
    CHECK(UuidToStringA(&one, &text) == 0 && strlen((char *)text) == 36 && text[8] == '-' && text[14] == '4');
    CHECK(RpcStringFreeA(&text) == 0);
    WINE_DIFFERS(text == NULL);
    HANDLE timer = CreateWaitableTimerA(NULL, TRUE, NULL);
    CHECK(timer != NULL && WaitForSingleObject(timer, 0) == WAIT_TIMEOUT && CloseHandle(timer));
}

static void sizes(void) {
    char to[8];
    wchar_t wide[8];
    size_t length = 0;
    CHECK(cbv(to, 8, "%d", 12) == S_OK && strcmp(to, "12") == 0 && cchv(wide, 8, L"%d", 34) == S_OK && wcscmp(wide, L"34") == 0);
    const HRESULT small = STRSAFE_E_INSUFFICIENT_BUFFER;
    CHECK(StringCchCopyA(to, 8, "abc") == S_OK && StringCchCatA(to, 8, "de") == S_OK && strcmp(to, "abcde") == 0);
    CHECK(StringCchCatA(to, 8, "fghi") == small && strcmp(to, "abcdefg") == 0);
    CHECK(StringCchCopyNA(to, 8, "abcdef", 2) == S_OK && StringCchCatNA(to, 8, "xyz", 1) == S_OK && strcmp(to, "abx") == 0);
    CHECK(StringCchLengthA(to, 8, &length) == S_OK && length == 3 && StringCchLengthA(to, 2, &length) == STRSAFE_E_INVALID_PARAMETER);
    CHECK(StringCchPrintfA(to, 8, "%d-%s", 12, "z") == S_OK && strcmp(to, "12-z") == 0 && StringCchPrintfA(to, 3, "%d", 12345) == small && strcmp(to, "12") == 0);
    CHECK(cch(to, 8, "%c", 'q') == S_OK && strcmp(to, "q") == 0 && StringCchCopyA(to, 0, "a") == STRSAFE_E_INVALID_PARAMETER);
    CHECK(StringCbCopyA(to, 4, "abcdef") == small && strcmp(to, "abc") == 0 && StringCbCatA(to, 8, "d") == S_OK && strcmp(to, "abcd") == 0);
    CHECK(StringCbCopyNA(to, 8, "abcdef", 3) == S_OK && StringCbCatNA(to, 8, "xyz", 2) == S_OK && strcmp(to, "abcxy") == 0);
    CHECK(StringCbLengthA(to, 8, &length) == S_OK && length == 5 && StringCbPrintfA(to, 8, "%u", 7u) == S_OK && strcmp(to, "7") == 0);
    CHECK(StringCchCopyW(wide, 8, L"abc") == S_OK && StringCchCatW(wide, 8, L"de") == S_OK && wcscmp(wide, L"abcde") == 0);
    CHECK(StringCchCopyNW(wide, 8, L"abcdef", 2) == S_OK && StringCchCatNW(wide, 8, L"xyz", 1) == S_OK && wcscmp(wide, L"abx") == 0);
    CHECK(StringCchLengthW(wide, 8, &length) == S_OK && length == 3 && StringCchPrintfW(wide, 8, L"%d", 12) == S_OK && wcscmp(wide, L"12") == 0);
    CHECK(StringCbCopyW(wide, 4 * sizeof(wchar_t), L"abcdef") == small && wcscmp(wide, L"abc") == 0);
    CHECK(StringCbCatW(wide, sizeof wide, L"d") == S_OK && StringCbLengthW(wide, sizeof wide, &length) == S_OK && length == 4 * sizeof(wchar_t));
    CHECK(StringCbCopyNW(wide, sizeof wide, L"abcdef", 3 * sizeof(wchar_t)) == S_OK && StringCbCatNW(wide, sizeof wide, L"xyz", sizeof(wchar_t)) == S_OK && wcscmp(wide, L"abcx") == 0);
    CHECK(StringCbPrintfW(wide, sizeof wide, L"%d", 9) == S_OK && wcscmp(wide, L"9") == 0 && cb(wide, sizeof wide, L"%c", L'w') == S_OK && wcscmp(wide, L"w") == 0);
}

static DWORD WINAPI leave(void *code) {
    ExitThread((DWORD)(uintptr_t)code);
}

/* From within a function that has called others, and without running what comes behind. */
static void exits(void) {
    HANDLE all[8];
    DWORD code = 0;
    for (int at = 0; at < 8; at++)
        all[at] = CreateThread(NULL, 0, leave, (void *)(uintptr_t)(at + 100), 0, NULL);
    CHECK(WaitForMultipleObjects(8, all, TRUE, 60000) == WAIT_OBJECT_0);
    for (int at = 0; at < 8; at++)
        CHECK(GetExitCodeThread(all[at], &code) && code == (DWORD)at + 100 && CloseHandle(all[at]));
}

int main(void) {
    times();
    memory();
    threads();
    sizes();
    identifiers();
    names();
    exits();
    printf("%d wrong\n", wrong);
    ExitProcess(wrong);
}
