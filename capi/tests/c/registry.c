/* The registry, services and the event log. */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "check.h"

#define OWN TEXT("Software\\winsock test")

static void keys(void) {
    HKEY own, below, again;
    DWORD told = 9;
    CHECK(RegOpenKeyEx(HKEY_CURRENT_USER, OWN, 0, KEY_READ, &own) == ERROR_FILE_NOT_FOUND);
    CHECK(RegCreateKeyEx(HKEY_CURRENT_USER, OWN, 0, NULL, 0, KEY_ALL_ACCESS, NULL, &own, &told) == ERROR_SUCCESS);
    CHECK(told == REG_CREATED_NEW_KEY);
    CHECK(RegCreateKeyEx(own, TEXT("Below"), 0, NULL, 0, KEY_ALL_ACCESS, NULL, &below, &told) == ERROR_SUCCESS);
    CHECK(RegCreateKeyEx(own, TEXT("BELOW"), 0, NULL, 0, KEY_READ, NULL, &again, &told) == ERROR_SUCCESS);
    CHECK(told == REG_OPENED_EXISTING_KEY);
    DWORD port = 9000, kind = 9, size = sizeof port, value = 0;
    CHECK(RegSetValueEx(again, TEXT("Port"), 0, REG_DWORD, (BYTE *)&port, 4) == ERROR_ACCESS_DENIED);
    CHECK(RegSetValueEx(below, TEXT("Port"), 0, REG_DWORD, (BYTE *)&port, 4) == ERROR_SUCCESS);
    CHECK(RegQueryValueEx(again, TEXT("PORT"), NULL, &kind, (BYTE *)&value, &size) == ERROR_SUCCESS);
    CHECK(kind == REG_DWORD && size == 4 && value == 9000);
    CHECK(RegQueryValueEx(again, TEXT("none"), NULL, &kind, NULL, &size) == ERROR_FILE_NOT_FOUND);

    const TCHAR text[] = TEXT("a text");
    TCHAR room[32];
    CHECK(RegSetValueEx(below, TEXT("Name"), 0, REG_SZ, (BYTE *)text, sizeof text) == ERROR_SUCCESS);
    size = 4;
    CHECK(RegQueryValueEx(below, TEXT("Name"), NULL, NULL, (BYTE *)room, &size) == ERROR_MORE_DATA);
    CHECK(size == sizeof text);
    CHECK(RegQueryValueEx(below, TEXT("Name"), NULL, NULL, NULL, &size) == ERROR_SUCCESS && size == sizeof text);
    size = sizeof room;
    CHECK(RegQueryValueEx(below, TEXT("Name"), NULL, &kind, (BYTE *)room, &size) == ERROR_SUCCESS);
    CHECK(kind == REG_SZ && size == sizeof text && memcmp(room, text, sizeof text) == 0);
    size = sizeof room;
    CHECK(RegGetValue(own, TEXT("below"), TEXT("name"), RRF_RT_REG_SZ, NULL, room, &size) == ERROR_SUCCESS);
    CHECK(RegGetValue(own, TEXT("below"), TEXT("name"), RRF_RT_REG_DWORD, NULL, room, &size) ==
          ERROR_UNSUPPORTED_TYPE);

    DWORD count = 32, values = 0;
    for (DWORD at = 0; size = sizeof room, count = 32,
               RegEnumValue(below, at, room, &count, NULL, &kind, NULL, NULL) == ERROR_SUCCESS;
         at++)
        values++;
    CHECK(values == 2);
    count = 32;
    CHECK(RegEnumKeyEx(own, 0, room, &count, NULL, NULL, NULL, NULL) == ERROR_SUCCESS);
    CHECK(count == 5 && lstrcmp(room, TEXT("Below")) == 0);
    count = 32;
    CHECK(RegEnumKeyEx(own, 1, room, &count, NULL, NULL, NULL, NULL) == ERROR_NO_MORE_ITEMS);
    count = 3;
    CHECK(RegEnumKeyEx(own, 0, room, &count, NULL, NULL, NULL, NULL) == ERROR_MORE_DATA);

    CHECK(RegDeleteValue(below, TEXT("Port")) == ERROR_SUCCESS);
    CHECK(RegDeleteValue(below, TEXT("Port")) == ERROR_FILE_NOT_FOUND);
    CHECK(RegDeleteKey(HKEY_CURRENT_USER, OWN) == ERROR_ACCESS_DENIED); /* not empty */
    CHECK(RegDeleteKey(own, TEXT("Below")) == ERROR_SUCCESS);
    CHECK(RegSetValueEx(below, TEXT("Port"), 0, REG_DWORD, (BYTE *)&port, 4) == ERROR_KEY_DELETED);
    CHECK(RegCloseKey(below) == ERROR_SUCCESS && RegCloseKey(again) == ERROR_SUCCESS);
    CHECK(RegCloseKey(own) == ERROR_SUCCESS);
    CHECK(RegDeleteKey(HKEY_CURRENT_USER, OWN) == ERROR_SUCCESS);
    CHECK(RegDeleteKey(HKEY_CURRENT_USER, OWN) == ERROR_FILE_NOT_FOUND);
}

static void WINAPI serve(DWORD count, LPTSTR *words) {
    (void)count, (void)words;
}

static void services(void) {
    SERVICE_TABLE_ENTRY table[] = {{(LPTSTR)TEXT("name"), serve}, {NULL, NULL}};
    CHECK(!StartServiceCtrlDispatcher(table) && GetLastError() == ERROR_FAILED_SERVICE_CONTROLLER_CONNECT);
    SERVICE_STATUS status = {SERVICE_WIN32_OWN_PROCESS};
    CHECK(!SetServiceStatus(NULL, &status) && GetLastError() == ERROR_INVALID_HANDLE);
    CHECK(!CloseServiceHandle(NULL) && GetLastError() == ERROR_INVALID_HANDLE);
}

static void events(void) {
    LPCTSTR texts[] = {TEXT("one"), TEXT("two")};
    HANDLE log = RegisterEventSource(NULL, TEXT("winsock test"));
    CHECK(log && ReportEvent(log, EVENTLOG_INFORMATION_TYPE, 0, 1, NULL, 2, 0, texts, NULL));
    CHECK(DeregisterEventSource(log));
    WINE_DIFFERS(!RegisterEventSource(NULL, NULL) && GetLastError() == ERROR_INVALID_PARAMETER);
}

int main(void) {
    char here[MAX_PATH];
    GetCurrentDirectoryA(MAX_PATH, here);
    _putenv_s("XDG_CONFIG_HOME", here); /* a registry of the test's own */
    RegDeleteKey(HKEY_CURRENT_USER, OWN TEXT("\\Below"));
    RegDeleteKey(HKEY_CURRENT_USER, OWN);
    keys();
    services();
    events();
    printf("%d wrong\n", wrong);
    return wrong;
}
