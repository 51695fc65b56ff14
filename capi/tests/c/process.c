/* Processes: this program begins itself again, and looks at what it hears of it. */
#include <windows.h>
#include <errno.h>
#include <process.h>
#include <psapi.h>
#include <shellapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "check.h"

static TCHAR own_name[MAX_PATH];

/* Uses a processor for a while, and 32 MB. */
static int work(void) {
    FILETIME created, ended, kernel, user;
    size_t bytes = 32 << 20;
    char *block = (char *)malloc(bytes);
    volatile unsigned spins = 0;
    memset(block, 1, bytes);
    do { /* 30 ms */
        while (++spins % 1000000)
            ;
        GetProcessTimes(GetCurrentProcess(), &created, &ended, &kernel, &user);
    } while (user.dwLowDateTime < 300000);
    return block[spins % bytes] - 1;
}

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
    char own[MAX_PATH];
    if (strcmp(argv[1], "instead") == 0)
        return GetModuleFileNameA(NULL, own, MAX_PATH) > 0 && _execl(own, "itself", "words", "\"two words\"", "\"\"", "a\\\"b", "c\\", NULL) != -1;
    if (strcmp(argv[1], "write") == 0)
        return puts("from the child") < 0;
    if (strcmp(argv[1], "work") == 0)
        return work();
    Sleep(INFINITE);
    return 1;
}

static BOOL begin(const TCHAR *words, DWORD flags, void *environment, STARTUPINFO *startup,
                  PROCESS_INFORMATION *made) {
    TCHAR line[1000];
    static STARTUPINFO plain;
    plain.cb = sizeof plain;
    wsprintf(line, TEXT("\"%s\" %s"), own_name, words);
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
    SetLastError(0);
    WINE_DIFFERS(!TerminateProcess(again, 5) && GetLastError() == ERROR_ACCESS_DENIED);
    CloseHandle(again);
    CHECK(begin(TEXT("words"), CREATE_SUSPENDED, NULL, NULL, &made));
    CHECK(WaitForSingleObject(made.hProcess, 50) == WAIT_TIMEOUT);
    CHECK(ResumeThread(made.hThread) == 1 && ended(&made) == 2);
    CHECK(begin(TEXT("words"), CREATE_SUSPENDED, NULL, NULL, &made));
    CHECK(TerminateProcess(made.hProcess, 9) && ended(&made) == 9);
    CHECK(GetExitCodeProcess(GetCurrentProcess(), &code) && code == STILL_ACTIVE);
    CHECK(GetProcessId(GetCurrentProcess()) == GetCurrentProcessId());
}

static ULONGLONG joined(FILETIME time) {
    return (ULONGLONG)time.dwHighDateTime << 32 | time.dwLowDateTime;
}

/* What is told of another process while it runs. */
static void told_of(HANDLE process, DWORD number) {
    DWORD_PTR own = 0, all = 0;
    IO_COUNTERS counters;
    PROCESS_MEMORY_COUNTERS memory;
    FILETIME created, ended, kernel, user;
    DWORD count = 0, room = MAX_PATH, numbers[4096], needed = 0;
    HMODULE modules[512];
    TCHAR name[MAX_PATH], base[MAX_PATH];
    memset(&counters, 0xA5, sizeof counters);
    memset(&memory, 0xA5, sizeof memory);
    memset(&created, 0, sizeof created);
    CHECK(GetProcessTimes(process, &created, &ended, &kernel, &user) && joined(created) != 0);
    CHECK(joined(kernel) + joined(user) < 600000000);
    do { /* Linux counts the first pages late */
        CHECK(GetProcessMemoryInfo(process, &memory, sizeof memory) && memory.cb == sizeof memory);
    } while (memory.WorkingSetSize == 0);
    CHECK(memory.PeakWorkingSetSize >= memory.WorkingSetSize);
    CHECK(GetProcessAffinityMask(process, &own, &all) && own != 0 && (own & all) == own);
    CHECK(SetProcessAffinityMask(process, own & (~own + 1)));
    CHECK(GetProcessAffinityMask(process, &own, &all) && (own & (own - 1)) == 0);
    WINE_DIFFERS(GetProcessHandleCount(process, &count) && count > 0 && count < 10000);
    CHECK(GetProcessIoCounters(process, &counters) && counters.ReadTransferCount < 1ull << 40);
    CHECK(QueryFullProcessImageName(process, 0, name, &room) && lstrcmp(name, own_name) == 0);
    CHECK(room == (DWORD)lstrlen(name));
    room = 4;
    SetLastError(0);
    CHECK(!QueryFullProcessImageName(process, 0, name, &room) && GetLastError() == ERROR_INSUFFICIENT_BUFFER);
    while (!EnumProcessModules(process, modules, sizeof modules, &needed) || needed == 0)
        Sleep(1); /* it has none before it has begun */
    CHECK(GetModuleFileNameEx(process, NULL, name, MAX_PATH) == (DWORD)lstrlen(own_name));
    CHECK(lstrcmp(name, own_name) == 0);
    CHECK(needed >= sizeof(HMODULE));
    CHECK(GetModuleBaseName(process, modules[0], base, MAX_PATH) == (DWORD)lstrlen(base));
    CHECK(lstrlen(base) > 4 && lstrcmp(name + lstrlen(name) - lstrlen(base), base) == 0);
    CHECK(EnumProcesses(numbers, sizeof numbers, &needed) && needed < sizeof numbers);
    for (count = 0; count < needed / 4 && numbers[count] != number; count++)
        ;
    CHECK(count < needed / 4);
}

static void others(void) {
    PROCESS_INFORMATION made;
    FILETIME created, end, kernel, user, now;
    PROCESS_MEMORY_COUNTERS memory;
    DWORD_PTR own, all;
    DWORD mine = GetPriorityClass(GetCurrentProcess()); /* which its child has */
    CHECK(begin(TEXT("sleep"), 0, NULL, NULL, &made));
    told_of(made.hProcess, made.dwProcessId);
    HANDLE again = OpenProcess(PROCESS_ALL_ACCESS, FALSE, made.dwProcessId);
    told_of(again, made.dwProcessId);
    CHECK(GetThreadTimes(made.hThread, &created, &end, &kernel, &user) && joined(created) != 0);
    CHECK(mine != 0 && GetPriorityClass(again) == mine);
    CHECK(SetPriorityClass(made.hProcess, BELOW_NORMAL_PRIORITY_CLASS));
    CHECK(GetPriorityClass(again) == BELOW_NORMAL_PRIORITY_CLASS);
    SetLastError(0);
    CHECK(!SetPriorityClass(again, 0x60) && GetLastError() == ERROR_INVALID_PARAMETER);
    CHECK(TerminateProcess(again, 3) && ended(&made) == 3 && CloseHandle(again));
    CHECK(begin(TEXT("sleep"), IDLE_PRIORITY_CLASS, NULL, NULL, &made));
    WINE_DIFFERS(GetPriorityClass(made.hProcess) == IDLE_PRIORITY_CLASS);
    CHECK(TerminateProcess(made.hProcess, 3) && ended(&made) == 3);
    CHECK(begin(TEXT("work"), 0, NULL, NULL, &made));
    CHECK(WaitForSingleObject(made.hProcess, 60000) == WAIT_OBJECT_0);
    GetSystemTimeAsFileTime(&now);
    CHECK(GetProcessTimes(made.hProcess, &created, &end, &kernel, &user));
    WINE_DIFFERS(joined(user) >= 300000 && joined(user) < 600000000);
    CHECK(joined(created) < joined(end) + 20000000 && joined(end) <= joined(now));
    memset(&memory, 0, sizeof memory);
    /* Wine may have asked for the last time before it was used. */
    CHECK(GetProcessMemoryInfo(made.hProcess, &memory, sizeof memory));
    CHECK(is_wine() || memory.PeakWorkingSetSize >= 32 << 20);
    CHECK(ended(&made) == 0);
    CHECK(GetPriorityClass(GetCurrentProcess()) == mine);
    CHECK(SetPriorityClass(GetCurrentProcess(), mine));
    SetLastError(0);
    CHECK(!GetPriorityClass(NULL) && GetLastError() == ERROR_INVALID_HANDLE);
    SetLastError(0);
    CHECK(!GetProcessAffinityMask(NULL, &own, &all) && GetLastError() == ERROR_INVALID_HANDLE);
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
    CHECK(!CreateProcess(own_name, NULL, NULL, NULL, FALSE, 0, NULL, TEXT("/no/such/folder"), &startup, &made));
    CHECK(GetLastError() == ERROR_DIRECTORY);
    CHECK(!OpenProcess(PROCESS_ALL_ACCESS, FALSE, 0x7FFFFFF0) && GetLastError() == ERROR_INVALID_PARAMETER);
}

static int bad;

static void refused(const wchar_t *expression, const wchar_t *function, const wchar_t *file, unsigned line,
                    uintptr_t reserved) {
    (void)expression, (void)function, (void)file, (void)line, (void)reserved;
    bad++;
}

/* By the runtime's names: a word with a blank has quotes, and what takes the place is waited for. */
static void spawned(char *name) {
    const char *words[] = {"itself", "words", "\"two words\"", "\"\"", "a\\\"b", "c\\", NULL};
    const char *variables[] = {"SYSTEMROOT=C:\\windows", "WINSOCK_TEST=here", NULL};
    const char *asks[] = {"itself", "variable", NULL};
    const wchar_t *wide[] = {L"itself", L"words", NULL};
    wchar_t wide_name[MAX_PATH];
    int code = 0x5555;
    CHECK(GetModuleFileNameW(NULL, wide_name, MAX_PATH) > 0);
    CHECK(_spawnv(_P_WAIT, name, words) == 42 && _spawnvp(_P_WAIT, name, words) == 42);
    CHECK(_spawnve(_P_WAIT, name, asks, variables) == 43 && _spawnvpe(_P_WAIT, name, asks, variables) == 43);
    CHECK(_spawnl(_P_WAIT, name, "itself", "words", NULL) == 2 && _spawnlp(_P_WAIT, name, "itself", "words", NULL) == 2);
    CHECK(_spawnle(_P_WAIT, name, "itself", "variable", NULL, variables) == 43);
    CHECK(_spawnlpe(_P_WAIT, name, "itself", "variable", NULL, variables) == 43);
    CHECK(_wspawnv(_P_WAIT, wide_name, wide) == 2 && _wspawnl(_P_WAIT, wide_name, L"itself", L"words", NULL) == 2);
    intptr_t process = _spawnl(_P_NOWAIT, name, "itself", "words", NULL);
    CHECK(process > 0 && _cwait(&code, process, _WAIT_CHILD) == process && code == 2);
    process = _spawnl(_P_NOWAIT, name, "itself", "sleep", NULL);
    CHECK(process > 0 && TerminateProcess((HANDLE)process, 77) && _cwait(&code, process, _WAIT_CHILD) == process);
    CHECK(code == 77);
    CHECK(_spawnl(_P_DETACH, name, "itself", "words", NULL) == 0);
#ifndef __MINGW32__
    CHECK(spawnl(P_NOWAITO, name, "itself", "words", NULL) == 0);
    /* Windows does not wait for what takes the place. */
    CHECK(_spawnl(_P_WAIT, name, "itself", "instead", NULL) == 42);
    setenv("PATH", "/no/such/folder:.", 1);
    char *file = strrchr(name, '/');
    CHECK(file != NULL && _spawnl(_P_WAIT, "no-such-program", "itself", NULL) == -1 && errno == ENOENT);
    CHECK(_spawnlp(_P_WAIT, file + 1, "itself", "words", NULL) == 2);
#endif
    code = errno = 0;
    CHECK(_cwait(&code, -1, 0) == -1 && errno == ECHILD && code == -1);
    errno = 0;
    CHECK(_execl("no-such-program", "itself", NULL) == -1 && errno == ENOENT);
    errno = 0;
    CHECK(_spawnlp(_P_WAIT, "no-such-program-anywhere", "itself", NULL) == -1 && errno == ENOENT);
    _invalid_parameter_handler before = _set_invalid_parameter_handler(refused);
    errno = 0;
    CHECK(_spawnl(9, name, "itself", NULL) == -1 && errno == EINVAL);
    errno = 0;
    CHECK(_spawnl(_P_WAIT, name, NULL) == -1 && errno == EINVAL);
    CHECK(bad == 2 || is_wine());
    _set_invalid_parameter_handler(before);
}

int main(int argc, char **argv) {
    if (argc > 1)
        return child(argc, argv);
    CHECK(strstr(GetCommandLineA(), "process") != NULL && wcsstr(GetCommandLineW(), L"process"));
    CHECK(GetModuleFileName(NULL, own_name, MAX_PATH) > 0);
    words();
    environment();
    output();
    life();
    others();
    failures();
    if (is_wine())
        puts("skipped: a wait of Wine's _cwait does not end");
    else
        spawned(argv[0]);
    printf("%d wrong\n", wrong);
    return wrong;
}
