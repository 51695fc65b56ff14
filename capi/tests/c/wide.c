/* The functions for wide text do what those for narrow text do. */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include "check.h"

/* What gives text: how much it gives, or needs, by the convention of its own. */
#define GETTER(name, call_a, call_w)                                      \
    static DWORD name##_a(char *to, DWORD room) { return (DWORD)(call_a); } \
    static DWORD name##_w(wchar_t *to, DWORD room) { return (DWORD)(call_w); }

GETTER(current, GetCurrentDirectoryA(room, to), GetCurrentDirectoryW(room, to))
GETTER(temporary, GetTempPathA(room, to), GetTempPathW(room, to))
GETTER(module, GetModuleFileNameA(NULL, to, room), GetModuleFileNameW(NULL, to, room))
GETTER(variable, GetEnvironmentVariableA("WINSOCK_WIDE", to, room), GetEnvironmentVariableW(L"WINSOCK_WIDE", to, room))
GETTER(none, GetEnvironmentVariableA("WINSOCK_NONE", to, room), GetEnvironmentVariableW(L"WINSOCK_NONE", to, room))
GETTER(computer, GetComputerNameA(to, &room) ? room : 0, GetComputerNameW(to, &room) ? room : 0)
GETTER(user, GetUserNameA(to, &room) ? room : 0, GetUserNameW(to, &room) ? room : 0)
GETTER(setting, GetPrivateProfileStringA("s", "k", "none", to, room, "./winsock-wide.ini"),
       GetPrivateProfileStringW(L"s", L"k", L"none", to, room, L"./winsock-wide.ini"))
GETTER(fallback, GetPrivateProfileStringA("s", "x", "none", to, room, "./winsock-wide.ini"),
       GetPrivateProfileStringW(L"s", L"x", L"none", to, room, L"./winsock-wide.ini"))
GETTER(message, FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, 5, 0x409, to, room, NULL),
       FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, 5, 0x409, to, room, NULL))
GETTER(unknown, FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, 0x12345678, 0x409, to, room, NULL),
       FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, 0x12345678, 0x409, to, room, NULL))
GETTER(printed, wsprintfA(to, "%d %s", 7, "x"), wsprintfW(to, L"%d %s", 7, L"x"))
GETTER(copied, (lstrcpyA(to, "copied"), lstrlenA(to)), (lstrcpyW(to, L"copied"), lstrlenW(to)))
GETTER(cut, (lstrcpynA(to, "copied", 4), lstrlenA(to)), (lstrcpynW(to, L"copied", 4), lstrlenW(to)))
GETTER(joined, (lstrcpyA(to, "a"), lstrcatA(to, "b"), lstrlenA(to)), (lstrcpyW(to, L"a"), lstrcatW(to, L"b"), lstrlenW(to)))

static const struct {
    const char *name;
    DWORD (*narrow)(char *, DWORD);
    DWORD (*wide)(wchar_t *, DWORD);
    int heeds_room;
} getters[] = {
    {"GetCurrentDirectory", current_a, current_w, 1},
    {"GetTempPath", temporary_a, temporary_w, 1},
    {"GetModuleFileName", module_a, module_w, 0}, /* what is cut: as Wine does, or as Windows */
    {"GetEnvironmentVariable", variable_a, variable_w, 1},
    {"GetEnvironmentVariable, unset", none_a, none_w, 1},
    {"GetComputerName", computer_a, computer_w, 1},
    {"GetUserName", user_a, user_w, 1},
    {"GetPrivateProfileString", setting_a, setting_w, 1},
    {"GetPrivateProfileString, default", fallback_a, fallback_w, 1},
    {"FormatMessage", message_a, message_w, 1},
    {"FormatMessage, unknown", unknown_a, unknown_w, 1},
    {"wsprintf", printed_a, printed_w, 0},
    {"lstrcpy", copied_a, copied_w, 0},
    {"lstrcpyn", cut_a, cut_w, 0},
    {"lstrcat", joined_a, joined_w, 0},
};

static void texts(void) {
    for (size_t at = 0; at < sizeof getters / sizeof *getters; at++) {
        char narrow[600];
        wchar_t wide[600];
        int before = wrong;
        memset(narrow, 'x', sizeof narrow), wmemset(wide, L'x', 600);
        SetLastError(0xBEEF);
        DWORD length = getters[at].narrow(narrow, 600), error = GetLastError();
        SetLastError(0xBEEF);
        CHECK(getters[at].wide(wide, 600) == length);
        if (length == 0) {
            CHECK(error != 0xBEEF && GetLastError() == error);
        } else {
            narrow[599] = 0;
            int same = 1;
            for (int c = 0; c == 0 || narrow[c - 1] != 0; c++)
                same &= wide[c] == (wchar_t)(unsigned char)narrow[c];
            CHECK(same);
        }
        if (getters[at].heeds_room) {
            SetLastError(0xBEEF);
            DWORD need = getters[at].narrow(narrow, 2);
            error = GetLastError();
            SetLastError(0xBEEF);
            CHECK(getters[at].wide(wide, 2) == need && GetLastError() == error);
        }
        if (wrong != before)
            printf("%s\n", getters[at].name);
    }
}

static DWORD v(wchar_t *to, const wchar_t *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = wvsprintfW(to, format, arguments);
    va_end(arguments);
    return (DWORD)length;
}

static void files(void) {
    CHECK(CreateDirectoryW(L"winsock-wide", NULL));
    SetLastError(0xBEEF);
    CHECK(!CreateDirectoryW(L"winsock-wide", NULL) && GetLastError() == ERROR_ALREADY_EXISTS);
    CHECK(GetFileAttributesW(L"winsock-wide") & FILE_ATTRIBUTE_DIRECTORY);
    wchar_t here[MAX_PATH], there[MAX_PATH];
    CHECK(GetCurrentDirectoryW(MAX_PATH, here) > 0 && SetCurrentDirectoryW(L"winsock-wide"));
    CHECK(GetCurrentDirectoryW(MAX_PATH, there) == wcslen(here) + 13 && wcscmp(there + wcslen(here) + 1, L"winsock-wide") == 0);
    HANDLE file = CreateFileW(L"\xD55C", GENERIC_WRITE, 0, NULL, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, NULL);
    CHECK(file != INVALID_HANDLE_VALUE && CloseHandle(file));
    CHECK(CopyFileW(L"\xD55C", L"copy", TRUE));
    SetLastError(0xBEEF);
    CHECK(!CopyFileW(L"\xD55C", L"copy", TRUE) && GetLastError() == ERROR_FILE_EXISTS);
    CHECK(CopyFileA("copy", "narrow", FALSE) && CopyFileA("copy", "narrow", FALSE));
    CHECK(MoveFileW(L"copy", L"moved") && GetFileAttributesW(L"copy") == INVALID_FILE_ATTRIBUTES);
    CHECK(GetLastError() == ERROR_FILE_NOT_FOUND && MoveFileA("moved", "again"));
    SetLastError(0xBEEF);
    CHECK(!MoveFileW(L"again", L"narrow") && GetLastError() == ERROR_ALREADY_EXISTS);
    SetLastError(0xBEEF);
    CHECK(!RemoveDirectoryW(L"..") && GetLastError() != 0xBEEF);
    CHECK(DeleteFileW(L"again") && DeleteFileW(L"narrow") && DeleteFileW(L"\xD55C"));
    CHECK(SetCurrentDirectoryA("..") && RemoveDirectoryW(L"winsock-wide"));
}

static void others(void) {
    HANDLE mapping = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096, L"winsock-wide");
    CHECK(mapping != NULL);
    HANDLE same = OpenFileMappingW(FILE_MAP_READ, FALSE, L"winsock-wide");
    CHECK(same != NULL && CloseHandle(same) && CloseHandle(mapping));
    HANDLE timer = CreateWaitableTimerExW(NULL, NULL, CREATE_WAITABLE_TIMER_MANUAL_RESET, TIMER_ALL_ACCESS);
    CHECK(timer != NULL && WaitForSingleObject(timer, 0) == WAIT_TIMEOUT && CloseHandle(timer));
    HMODULE module = LoadLibraryW(L"ws2_32.dll");
    CHECK(module != NULL && GetModuleHandleW(L"ws2_32.dll") == module && FreeLibrary(module));
    SetLastError(0xBEEF);
    CHECK(LoadLibraryW(L"no-such-library.dll") == NULL && GetLastError() == ERROR_MOD_NOT_FOUND);
    CHECK(GetModuleHandleW(NULL) == GetModuleHandleA(NULL));
    OSVERSIONINFOW version = {sizeof version};
    CHECK(GetVersionExW(&version) && version.dwPlatformId == VER_PLATFORM_WIN32_NT);
    CHECK(GetPrivateProfileIntW(L"s", L"n", 5, L"./winsock-wide.ini") == 42);
    CHECK(lstrcmpW(L"a", L"a") == 0 && lstrcmpW(L"a", L"b") < 0 && lstrcmpiW(L"A", L"a") == 0 && lstrcmpA("b", "a") > 0);
    wchar_t to[64];
    CHECK(v(to, L"%s=%u", L"x", 3u) == 3 && wcscmp(to, L"x=3") == 0);
    CHECK(wcslen(gai_strerrorW(WSAHOST_NOT_FOUND)) > 0 && strlen(gai_strerrorA(WSAHOST_NOT_FOUND)) > 0);
    OutputDebugStringW(L""), OutputDebugStringA("");
    SetConsoleTitleW(L"wide");
}

int main(void) {
    CHECK(SetEnvironmentVariableW(L"WINSOCK_WIDE", L"some text") && SetEnvironmentVariableA("WINSOCK_NONE", NULL));
    CHECK(WritePrivateProfileStringW(L"s", L"k", L"value", L"./winsock-wide.ini"));
    CHECK(WritePrivateProfileStringW(L"s", L"n", L"42", L"./winsock-wide.ini"));
    texts();
    files();
    others();
    DeleteFileA("winsock-wide.ini");
    printf("%d wrong\n", wrong);
    return wrong;
}
