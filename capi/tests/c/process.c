/* Processes: this program begins itself again, and looks at what it hears of it. */
#include <windows.h>
#include <shellapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "check.h"

static TCHAR own[MAX_PATH];

/* What the process that this program begins does: by its second word. */
static int child(int argc, char **argv) {
    if (strcmp(argv[1], "words") == 0)
        return argc == 6 && strcmp(argv[2], "two words") == 0 && strcmp(argv[3], "") == 0 &&
                       strcmp(argv[4], "a\"b") == 0 && strcmp(argv[5], "c\\") == 0
                   ? 42
                   : argc;
    if (strcmp(argv[1], "variable") == 0) {
        const char *value = getenv("WINSOCK_TEST");
        return value && strcmp(value, "here") == 0 && !getenv("HOME") ? 43 : 1;
    }
    if (strcmp(argv[1], "write") == 0)
        return puts("from the child") < 0;
    Sleep(INFINITE);
    return 1;
}

static BOOL begin(const TCHAR *words, DWORD flags, void *environment, STARTUPINFO *startup,
                  PROCESS_INFORMATION *made) {
    TCHAR line[1000];
    static STARTUPINFO plain;
    plain.cb = sizeof plain;
    wsprintf(line, TEXT("\"%s\" %s"), own, words);
    memset(made, 0x55, sizeof *made);
    return CreateProcess(NULL, line, NULL, NULL, TRUE, flags, environment, NULL,
                         startup ? startup : &plain, made);
}

static DWORD ended(PROCESS_INFORMATION *made) {
    DWORD code = 7;
    CHECK(WaitForSingleObject(made->hProcess, 60000) == WAIT_OBJECT_0);
    CHECK(WaitForSingleObject(made->hThread, 60000) == WAIT_OBJECT_0);
    CHECK(GetExitCodeProcess(made->hProcess, &code));
    CHECK(CloseHandle(made->hProcess) && CloseHandle(made->hThread));
    return code;
}

static void words(void) {
    PROCESS_INFORMATION made;
    CHECK(begin(TEXT("words \"two words\" \"\" a\\\"b c\\"), 0, NULL, NULL, &made));
    CHECK(GetProcessId(made.hProcess) == made.dwProcessId && made.dwThreadId != 0);
    CHECK(ended(&made) == 42);
    int count = 0;
    LPWSTR *list = CommandLineToArgvW(L"name \"two words\" a\\\"b", &count);
    CHECK(list && count == 3 && wcscmp(list[1], L"two words") == 0 && wcscmp(list[2], L"a\"b") == 0);
    CHECK(LocalFree(list) == NULL);
}

static void environment(void) {
    PROCESS_INFORMATION made;
    char narrow[] = "SYSTEMROOT=C:\\windows\0WINSOCK_TEST=here\0";
    CHECK(begin(TEXT("variable"), 0, narrow, NULL, &made) && ended(&made) == 43);
    wchar_t wide[] = L"SYSTEMROOT=C:\\windows\0WINSOCK_TEST=here\0";
    CHECK(begin(TEXT("variable"), CREATE_UNICODE_ENVIRONMENT, wide, NULL, &made));
    CHECK(ended(&made) == 43);
}

static void output(void) {
    PROCESS_INFORMATION made;
    STARTUPINFO startup = {0};
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    char text[64] = "";
    DWORD got = 0;
    HANDLE file = CreateFileA("winsock-process-test.txt", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ,
                              &inherited, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    startup.cb = sizeof startup;
    startup.dwFlags = STARTF_USESTDHANDLES;
    startup.hStdOutput = startup.hStdError = file;
    CHECK(file != INVALID_HANDLE_VALUE && begin(TEXT("write"), 0, NULL, &startup, &made));
    CHECK(ended(&made) == 0 && SetFilePointer(file, 0, NULL, FILE_BEGIN) == 0);
    CHECK(ReadFile(file, text, sizeof text, &got, NULL) && strncmp(text, "from the child", 14) == 0);
    CHECK(CloseHandle(file) && DeleteFileA("winsock-process-test.txt"));
}

static void life(void) {
    PROCESS_INFORMATION made;
    DWORD code = 7;
    CHECK(begin(TEXT("sleep"), 0, NULL, NULL, &made));
    CHECK(WaitForSingleObject(made.hProcess, 0) == WAIT_TIMEOUT);
    CHECK(GetExitCodeProcess(made.hProcess, &code) && code == STILL_ACTIVE);
    HANDLE again = OpenProcess(PROCESS_ALL_ACCESS, FALSE, made.dwProcessId);
    CHECK(again && GetProcessId(again) == made.dwProcessId);
    CHECK(TerminateProcess(again, 1234) && ended(&made) == 1234);
    CHECK(WaitForSingleObject(again, 60000) == WAIT_OBJECT_0);
    CHECK(GetExitCodeProcess(again, &code) && code == 1234);
    TerminateProcess(again, 5); /* which Wine does not refuse */
    CHECK(GetExitCodeProcess(again, &code) && code == 1234);
    CloseHandle(again);
    CHECK(begin(TEXT("words"), CREATE_SUSPENDED, NULL, NULL, &made));
    CHECK(WaitForSingleObject(made.hProcess, 50) == WAIT_TIMEOUT);
    CHECK(ResumeThread(made.hThread) == 1 && ended(&made) == 2);
    CHECK(begin(TEXT("words"), CREATE_SUSPENDED, NULL, NULL, &made));
    CHECK(TerminateProcess(made.hProcess, 9) && ended(&made) == 9);
    CHECK(GetExitCodeProcess(GetCurrentProcess(), &code) && code == STILL_ACTIVE);
    CHECK(GetProcessId(GetCurrentProcess()) == GetCurrentProcessId());
}

static void failures(void) {
    PROCESS_INFORMATION made;
    STARTUPINFO startup = {0};
    startup.cb = sizeof startup;
    TCHAR line[] = TEXT("no-such-program-anywhere with words");
    SetLastError(0);
    CHECK(!CreateProcess(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &made));
    CHECK(GetLastError() == ERROR_FILE_NOT_FOUND);
    SetLastError(0);
    CHECK(!CreateProcess(own, NULL, NULL, NULL, FALSE, 0, NULL, TEXT("/no/such/folder"), &startup, &made));
    CHECK(GetLastError() == ERROR_DIRECTORY);
    CHECK(!OpenProcess(PROCESS_ALL_ACCESS, FALSE, 0x7FFFFFF0) && GetLastError() == ERROR_INVALID_PARAMETER);
}

int main(int argc, char **argv) {
    if (argc > 1)
        return child(argc, argv);
    CHECK(strstr(GetCommandLineA(), "process") != NULL && wcsstr(GetCommandLineW(), L"process"));
    CHECK(GetModuleFileName(NULL, own, MAX_PATH) > 0);
    words();
    environment();
    output();
    life();
    failures();
    printf("%d wrong\n", wrong);
    return wrong;
}
