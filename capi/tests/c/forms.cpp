// The C++ forms: arrays that know their size, values of any integer type, together with the library.
#include <windows.h>
#include <process.h>
#include <tchar.h>
#include <strsafe.h>
#include <algorithm>
#include <functional>
#include <iostream>
#include <string>
#include <thread>
#include "check.h"

static int printed(char (&to)[8], const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int count = vsnprintf_s(to, _TRUNCATE, format, arguments);
    va_end(arguments);
    return count;
}

static unsigned __stdcall nothing(void *) { return 5; }
#ifndef __MINGW32__
static unsigned long __stdcall nine(void *) { return 9; }
#endif

int main() {
    char text[16];
    wchar_t wide[16];
    CHECK(strcpy_s(text, "array") == 0 && strcat_s(text, "s") == 0 && std::string(text) == "arrays");
    CHECK(sprintf_s(text, "%d", 42) == 2 && std::string(text) == "42");
    CHECK(wcscpy_s(wide, L"wide") == 0 && swprintf_s(wide, L"%d", 7) == 1 && std::wstring(wide) == L"7");
    CHECK(strncpy_s(text, "truncated text is long", _TRUNCATE) == STRUNCATE && strlen(text) == 15);
    CHECK(_countof(text) == 16);
    char eight[8];
    size_t converted = 0;
    CHECK(printed(eight, "%d", 5) == 1 && printed(eight, "longer than %d", 8) == -1 && strlen(eight) == 7);
    CHECK(mbstowcs_s(&converted, wide, "abc", _TRUNCATE) == 0 && converted == 4 && std::wstring(wide) == L"abc");
    CHECK(wcstombs_s(&converted, text, L"defg", _TRUNCATE) == 0 && converted == 5 && std::string(text) == "defg");
    volatile long counter = 0;
    volatile LONG other = 0;
    volatile unsigned long third = 0;
#ifndef __MINGW32__ /* there a thread's function returns what Windows' header says */
    unsigned long code = ~0ul, id = ~0ul;
    HANDLE wide_thread = CreateThread(NULL, 0, nine, NULL, 0, &id);
    CHECK(id == GetThreadId(wide_thread) && WaitForSingleObject(wide_thread, 60000) == WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(wide_thread, &code) && code == 9 && CloseHandle(wide_thread));
    CHECK(CloseHandle(CreateThread(NULL, 0, &nine, NULL, 0, NULL)) && CloseHandle(CreateThread(0, 0, nine, 0, 0, 0)));
#endif
    CHECK(InterlockedIncrement(&counter) == 1 && InterlockedIncrement(&other) == 1);
    CHECK(InterlockedIncrement(&third) == 1 && InterlockedExchangeAdd(&counter, 5) == 1 && counter == 6);
    CHECK(InterlockedCompareExchange(&other, 9, 1) == 1 && other == 9);
    HANDLE thread = (HANDLE)_beginthreadex(NULL, 0, nothing, NULL, 0, NULL);
    CHECK(WaitForSingleObject(thread, 60000) == WAIT_OBJECT_0);
    CloseHandle(thread);
    unsigned number;
    thread = (HANDLE)_beginthreadex(nullptr, 0, nothing, nullptr, 0, &number);
    CHECK(WaitForSingleObject(thread, 60000) == WAIT_OBJECT_0);
    CloseHandle(thread);
    TCHAR t[32];
    CHECK(_stprintf_s(t, 32, _T("%s-%d"), _T("t"), 5) == 3 && _tcscmp(t, _T("t-5")) == 0);
    CHECK(StringCchPrintf(t, 32, TEXT("%s"), TEXT("safe")) == S_OK && StringCchCopy(t, 3, TEXT("long")) == STRSAFE_E_INSUFFICIENT_BUFFER);
    CHECK(_tcslen(t) == 2);
    size_t length = 0;
    CHECK(StringCbLength(t, sizeof t, &length) == S_OK && length == 2 * sizeof(TCHAR));
    CHECK(std::to_string(1.5f) == "1.500000" && std::to_wstring(5) == L"5");
    char out[64];
    CHECK(snprintf(out, sizeof out, "%I64d %ld %lu", -9000000000LL, (LONG)-5, (DWORD)0xFFFFFFFF) == 25);
    CHECK(std::string(out) == "-9000000000 -5 4294967295");
    CHECK(snprintf(out, 4, "%d", 123456) == 6 && std::string(out) == "123");
    printf("%d wrong\n", wrong);
    return wrong;
}
