/* A program that has no desk: its console, its keys and its devices. */
#include <winsock2.h>
#include <windows.h>
#include <process.h>
#include <stdio.h>
#include <string.h>
#include "check.h"

static void console(void) {
    SetLastError(0xBEEF);
    CHECK(is_wine() || (!AllocConsole() && GetLastError() == ERROR_ACCESS_DENIED));
    CHECK(is_wine() || GetConsoleWindow() == NULL);
    CHECK(!ShowWindow(NULL, SW_HIDE));
    CHECK(GetAsyncKeyState(VK_ESCAPE) == 0 && GetKeyState(VK_F1) == 0);
    CHECK(is_wine() || (!Beep(1, 1) && GetLastError() == ERROR_INVALID_PARAMETER));
    CHECK(MessageBeep(0));
}

static void devices(void) {
    FILE *nothing = fopen("nul", "w");
    CHECK(nothing != NULL && fprintf(nothing, "gone") == 4);
    CHECK(freopen("NUL", "rb", nothing) == nothing && fgetc(nothing) == EOF);
    fclose(nothing);
    CHECK(remove("NUL") != 0);
}

static void processes(void) {
    BOOL narrow = 2;
    CHECK(IsWow64Process(GetCurrentProcess(), &narrow) && narrow == FALSE);
    CHECK(!IsWow64Process((HANDLE)(ULONG_PTR)0x7FF4, &narrow) && GetLastError() == ERROR_INVALID_HANDLE);
    CHECK(getpid() == (int)GetCurrentProcessId());
}

static void ports(void) {
    DCB settings;
    COMMTIMEOUTS limits;
    CHECK(sizeof(DCB) == 28 && sizeof(COMSTAT) == 12);
    settings.DCBlength = sizeof settings;
    HANDLE file = CreateFileA("attach.tmp", GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL);
    CHECK(file != INVALID_HANDLE_VALUE);
    CHECK(!GetCommState(file, &settings) && (is_wine() || GetLastError() == ERROR_INVALID_FUNCTION));
    CHECK(!SetCommTimeouts(file, &limits) && !PurgeComm(file, PURGE_RXCLEAR));
    CloseHandle(file);
    CHECK(!GetCommState(file, &settings) && GetLastError() == ERROR_INVALID_HANDLE);
    file = CreateFileA("COM77", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(file == INVALID_HANDLE_VALUE && GetLastError() == ERROR_FILE_NOT_FOUND);
}

static void files(void) {
    FILE *file = fopen("attach.tmp", "w");
    fclose(file);
    CHECK(SetFileAttributesA("attach.tmp", FILE_ATTRIBUTE_READONLY));
    CHECK(GetFileAttributesA("attach.tmp") & FILE_ATTRIBUTE_READONLY);
    CHECK(SetFileAttributesW(L"attach.tmp", FILE_ATTRIBUTE_NORMAL));
    CHECK(!(GetFileAttributesA("attach.tmp") & FILE_ATTRIBUTE_READONLY));
    CHECK(DeleteFileA("attach.tmp") && !SetFileAttributesA("attach.tmp", FILE_ATTRIBUTE_NORMAL));
    CHECK(GetLastError() == ERROR_FILE_NOT_FOUND);
    SYSTEMTIME none;
    memset(&none, 0, sizeof none);
    CHECK(!SetSystemTime(&none) && GetLastError() == ERROR_INVALID_PARAMETER);
    CHECK(is_wine() || !SetLocalTime(&none));
}

int main(void) {
    console();
    devices();
    processes();
    ports();
    files();
    printf("%d wrong\n", wrong);
    fflush(stdout);
    CHECK(FreeConsole() || is_wine());
    CHECK(!FreeConsole() || is_wine());
    return wrong;
}
