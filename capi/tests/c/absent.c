/* What there is none of here, and what a program that asks for it is told: services, serial ports,
   short names, another's console. */
#include <winsock2.h>
#include <windows.h>
#include <stdio.h>
#include <string.h>
#include "check.h"

#define FAILS(call, code) (SetLastError(0xBEEF), !(call) && GetLastError() == (code))

static void WINAPI told(DWORD code) {
    (void)code;
}

static DWORD WINAPI told_more(DWORD code, DWORD type, LPVOID event, LPVOID context) {
    (void)code, (void)type, (void)event, (void)context;
    return NO_ERROR;
}

/* A service manager that is not there gives no handles, so whatever takes one fails. */
static void services(void) {
    if (is_wine()) {
        puts("skipped: Wine has services");
        return;
    }
    CHECK(FAILS(OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS), ERROR_DATABASE_DOES_NOT_EXIST));
    CHECK(FAILS(OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT), ERROR_DATABASE_DOES_NOT_EXIST));
    SC_HANDLE manager = (SC_HANDLE)0x1234, service = (SC_HANDLE)0x5678;
    CHECK(FAILS(OpenServiceA(manager, "one", SERVICE_ALL_ACCESS), ERROR_INVALID_HANDLE));
    CHECK(FAILS(OpenServiceW(manager, L"one", SERVICE_ALL_ACCESS), ERROR_INVALID_HANDLE));
    CHECK(FAILS(CreateServiceA(manager, "one", "one", SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START,
                               SERVICE_ERROR_NORMAL, "one.exe", NULL, NULL, NULL, NULL, NULL),
                ERROR_INVALID_HANDLE));
    CHECK(FAILS(CreateServiceW(manager, L"one", L"one", SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START,
                               SERVICE_ERROR_NORMAL, L"one.exe", NULL, NULL, NULL, NULL, NULL),
                ERROR_INVALID_HANDLE));
    SERVICE_STATUS status;
    DWORD bytes = 7;
    CHECK(FAILS(StartServiceA(service, 0, NULL), ERROR_INVALID_HANDLE));
    CHECK(FAILS(StartServiceW(service, 0, NULL), ERROR_INVALID_HANDLE));
    CHECK(FAILS(ControlService(service, SERVICE_CONTROL_STOP, &status), ERROR_INVALID_HANDLE));
    CHECK(FAILS(QueryServiceStatus(service, &status), ERROR_INVALID_HANDLE));
    CHECK(FAILS(QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, NULL, 0, &bytes), ERROR_INVALID_HANDLE));
    CHECK(FAILS(QueryServiceConfigA(service, NULL, 0, &bytes), ERROR_INVALID_HANDLE));
    CHECK(FAILS(QueryServiceConfigW(service, NULL, 0, &bytes), ERROR_INVALID_HANDLE));
    CHECK(FAILS(DeleteService(service), ERROR_INVALID_HANDLE));
    CHECK(FAILS(CloseServiceHandle(manager), ERROR_INVALID_HANDLE));
    CHECK(FAILS(RegisterServiceCtrlHandlerA("one", told), ERROR_SERVICE_NOT_IN_EXE));
    CHECK(FAILS(RegisterServiceCtrlHandlerW(L"one", told), ERROR_SERVICE_NOT_IN_EXE));
    CHECK(FAILS(RegisterServiceCtrlHandlerExA("one", told_more, NULL), ERROR_SERVICE_NOT_IN_EXE));
    CHECK(FAILS(RegisterServiceCtrlHandlerExW(L"one", told_more, NULL), ERROR_SERVICE_NOT_IN_EXE));
}

/* A file is no serial port. */
static void ports(void) {
    char name[MAX_PATH];
    CHECK(GetTempFileNameA(".", "abs", 0, name) != 0);
    HANDLE file = CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(file != INVALID_HANDLE_VALUE);
    DWORD errors = 7;
    COMMTIMEOUTS limits;
    DCB state;
    memset(&state, 0, sizeof state);
    state.DCBlength = sizeof state;
    if (!is_wine()) {
        CHECK(FAILS(GetCommTimeouts(file, &limits), ERROR_INVALID_FUNCTION));
        CHECK(FAILS(SetCommState(file, &state), ERROR_INVALID_FUNCTION));
        CHECK(FAILS(SetupComm(file, 9, 9), ERROR_INVALID_FUNCTION));
        CHECK(FAILS(ClearCommError(file, &errors, NULL), ERROR_INVALID_FUNCTION));
        CHECK(FAILS(EscapeCommFunction(file, SETDTR), ERROR_INVALID_FUNCTION));
        CHECK(FAILS(GetCommModemStatus(file, &errors), ERROR_INVALID_FUNCTION));
        CHECK(FAILS(SetCommMask(file, EV_RXCHAR), ERROR_INVALID_FUNCTION));
        CHECK(FAILS(WaitCommEvent(file, &errors, NULL), ERROR_INVALID_FUNCTION));
    }
    CHECK(CloseHandle(file));
    CHECK(FAILS(GetCommTimeouts(file, &limits), ERROR_INVALID_HANDLE));
    CHECK(DeleteFileA(name));
}

/* A disk without short names: the short name is the name. */
static void names(void) {
    char name[MAX_PATH], found[MAX_PATH];
    wchar_t wide[MAX_PATH];
    CHECK(GetTempFileNameA(".", "abs", 0, name) != 0);
    memset(found, 0x5A, sizeof found);
    CHECK(GetShortPathNameA(name, found, sizeof found) == strlen(found) && strlen(found) > 0);
    CHECK(GetShortPathNameA(name, found, 1) == strlen(name) + 1 || is_wine());
    CHECK(GetShortPathNameW(L".", wide, MAX_PATH) == 1 && wide[0] == L'.');
    CHECK(DeleteFileA(name));
    CHECK(FAILS(GetShortPathNameA(name, found, sizeof found), ERROR_FILE_NOT_FOUND));
}

/* Time that runs while nobody sets it. */
static void interrupts(void) {
    ULONGLONG first = 0, then = 0, awake = 0;
    QueryInterruptTime(&first);
    QueryInterruptTimePrecise(&then);
    QueryUnbiasedInterruptTimePrecise(&awake);
    CHECK(first > 0 && then >= first && awake > 0);
}

int main(void) {
    services();
    ports();
    names();
    interrupts();
    printf("%d wrong\n", wrong);
    return wrong;
}
