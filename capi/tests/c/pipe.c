/* Named pipes between this program and itself begun again: bytes, messages, many clients, a port. */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "check.h"

#define CLIENTS 8

static TCHAR own[MAX_PATH], name[100];

/* What a child does: asks a question each way. */
static int child(const char *pipe, const char *how) {
    char answer[64];
    DWORD count = 0;
    if (strcmp(how, "say") == 0)
        return !WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), "said", 4, &count, NULL);
    if (strcmp(how, "call") == 0) {
        while (!CallNamedPipeA(pipe, "question", 8, answer, sizeof answer, &count, 20000))
            if (GetLastError() != ERROR_PIPE_BUSY)
                return 1; /* else another was quicker */
        return !(count == 6 && memcmp(answer, "answer", 6) == 0);
    }
    HANDLE end;
    while ((end = CreateFileA(pipe, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL)) ==
           INVALID_HANDLE_VALUE) {
        if (GetLastError() != ERROR_PIPE_BUSY || !WaitNamedPipeA(pipe, 20000))
            return 2;
    }
    ULONG server = 0;
    if (!GetNamedPipeServerProcessId(end, &server) || server == GetCurrentProcessId())
        return 3;
    DWORD mode = PIPE_READMODE_MESSAGE;
    if (!SetNamedPipeHandleState(end, &mode, NULL, NULL))
        return 4;
    if (!WriteFile(end, "question", 8, &count, NULL) || !ReadFile(end, answer, sizeof answer, &count, NULL))
        return 5;
    return count == 6 && memcmp(answer, "answer", 6) == 0 ? 0 : 6;
}

static HANDLE begin_with(const TCHAR *how, HANDLE output) {
    TCHAR line[1000];
    STARTUPINFO startup = {sizeof startup};
    if (output) {
        startup.dwFlags = STARTF_USESTDHANDLES;
        startup.hStdOutput = startup.hStdError = output;
        startup.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    }
    PROCESS_INFORMATION made;
    wsprintf(line, TEXT("\"%s\" %s %s"), own, name, how);
    CHECK(CreateProcess(NULL, line, NULL, NULL, output != NULL, 0, NULL, NULL, &startup, &made));
    CloseHandle(made.hThread);
    return made.hProcess;
}

static HANDLE begin(const TCHAR *how) {
    return begin_with(how, NULL);
}

static void ends_well(HANDLE process) {
    DWORD code = 7;
    CHECK(WaitForSingleObject(process, 60000) == WAIT_OBJECT_0);
    CHECK(GetExitCodeProcess(process, &code) && code == 0);
    if (code)
        printf("child: %lu\n", code);
    CloseHandle(process);
}

static HANDLE instance(DWORD flags) {
    HANDLE end = CreateNamedPipe(name, PIPE_ACCESS_DUPLEX | flags, PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE, 4,
                                 4096, 4096, 0, NULL);
    CHECK(end != INVALID_HANDLE_VALUE && GetFileType(end) == FILE_TYPE_PIPE);
    return end;
}

/* One instance, which serves one client after the other. */
static void one_after_the_other(void) {
    char question[64];
    DWORD count;
    HANDLE end = instance(0), clients[CLIENTS];
    for (int i = 0; i < CLIENTS; i++)
        clients[i] = begin(i % 2 ? TEXT("call") : TEXT("open"));
    for (int i = 0; i < CLIENTS; i++) {
        ULONG process = 0;
        CHECK(ConnectNamedPipe(end, NULL) || GetLastError() == ERROR_PIPE_CONNECTED);
        CHECK(ReadFile(end, question, sizeof question, &count, NULL) && count == 8);
        CHECK(GetNamedPipeClientProcessId(end, &process) && process != GetCurrentProcessId());
        CHECK(WriteFile(end, "answer", 6, &count, NULL) && count == 6);
        CHECK(FlushFileBuffers(end) || GetLastError() == ERROR_BROKEN_PIPE);
        CHECK(DisconnectNamedPipe(end));
    }
    for (int i = 0; i < CLIENTS; i++)
        ends_well(clients[i]);
    CHECK(CloseHandle(end));
}

/* Several instances on a port, as a server of many clients has them. */
struct served {
    OVERLAPPED overlapped;
    HANDLE end;
    enum { connecting, reading, writing } doing;
    char bytes[64];
};

static void goes_on(struct served *one, BOOL done) {
    CHECK(done || GetLastError() == ERROR_IO_PENDING);
}

static void connects(struct served *one, HANDLE port) {
    one->doing = connecting;
    if (!ConnectNamedPipe(one->end, &one->overlapped)) {
        if (GetLastError() == ERROR_PIPE_CONNECTED)
            CHECK(PostQueuedCompletionStatus(port, 0, (ULONG_PTR)one, &one->overlapped));
        else
            goes_on(one, FALSE);
    }
}

static void many_on_a_port(void) {
    static struct served all[3];
    HANDLE clients[CLIENTS], port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    for (int i = 0; i < 3; i++) {
        all[i].end = instance(FILE_FLAG_OVERLAPPED);
        CHECK(CreateIoCompletionPort(all[i].end, port, (ULONG_PTR)&all[i], 0) == port);
        connects(&all[i], port);
    }
    for (int i = 0; i < CLIENTS; i++)
        clients[i] = begin(TEXT("open"));
    for (int served = 0; served < CLIENTS;) {
        DWORD count;
        ULONG_PTR key;
        OVERLAPPED *overlapped = NULL;
        BOOL well = GetQueuedCompletionStatus(port, &count, &key, &overlapped, 60000);
        struct served *one = (struct served *)key;
        CHECK(overlapped);
        if (!overlapped)
            break;
        if (one->doing == connecting) {
            CHECK(well);
            one->doing = reading;
            goes_on(one, ReadFile(one->end, one->bytes, sizeof one->bytes, NULL, &one->overlapped));
        } else if (one->doing == reading && well) {
            CHECK(count == 8 && memcmp(one->bytes, "question", 8) == 0);
            one->doing = writing;
            goes_on(one, WriteFile(one->end, "answer", 6, NULL, &one->overlapped));
        } else if (one->doing == writing) {
            CHECK(well && count == 6);
            one->doing = reading; /* until the client closes */
            if (!ReadFile(one->end, one->bytes, sizeof one->bytes, NULL, &one->overlapped) &&
                GetLastError() == ERROR_BROKEN_PIPE) {
                served++;
                CHECK(DisconnectNamedPipe(one->end));
                connects(one, port);
            }
        } else {
            CHECK(GetLastError() == ERROR_BROKEN_PIPE);
            served++;
            CHECK(DisconnectNamedPipe(one->end));
            connects(one, port);
        }
    }
    for (int i = 0; i < CLIENTS; i++)
        ends_well(clients[i]);
    for (int i = 0; i < 3; i++)
        CHECK(CloseHandle(all[i].end));
    CHECK(CloseHandle(port));
}

/* What a child says arrives through a pipe without a name. */
static void plain(void) {
    char bytes[16];
    DWORD count = 0, there = 9;
    HANDLE from, to;
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    CHECK(CreatePipe(&from, &to, &inherited, 0));
    CHECK(PeekNamedPipe(from, NULL, 0, NULL, &there, NULL) && there == 0);
    CHECK(WriteFile(to, "abc", 3, &count, NULL) && count == 3);
    CHECK(PeekNamedPipe(from, bytes, 2, &count, &there, NULL) && count == 2 && there == 3);
    CHECK(ReadFile(from, bytes, sizeof bytes, &count, NULL) && count == 3);
    HANDLE speaker = begin_with(TEXT("say"), to);
    CHECK(CloseHandle(to)); /* the child has its own */
    CHECK(ReadFile(from, bytes, sizeof bytes, &count, NULL) && count == 4 && memcmp(bytes, "said", 4) == 0);
    ends_well(speaker);
    CHECK(!ReadFile(from, bytes, sizeof bytes, &count, NULL) && GetLastError() == ERROR_BROKEN_PIPE);
    CHECK(CloseHandle(from));
}

/* Who waits for ever is a failure, too. */
static DWORD WINAPI limit(void *unused) {
    Sleep(120000);
    printf("took too long\n");
    fflush(stdout);
    ExitProcess(99);
}

int main(int argc, char **argv) {
    if (argc == 3)
        return child(argv[1], argv[2]);
    CloseHandle(CreateThread(NULL, 0, limit, NULL, 0, NULL));
    GetModuleFileName(NULL, own, MAX_PATH);
    wsprintf(name, TEXT("\\\\.\\pipe\\winsock-test-%u"), (unsigned)GetCurrentProcessId());
    CHECK(!WaitNamedPipe(name, 10) && GetLastError() == ERROR_FILE_NOT_FOUND);
    one_after_the_other();
    many_on_a_port();
    plain();
    printf("%d wrong\n", wrong);
    return wrong;
}
