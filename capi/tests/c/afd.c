/* Sockets polled by AFD's device and a port, as wepoll, libuv and mio do it. */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include <winternl.h>
#include <stdlib.h>
#include <string.h>
#include "check.h"
#pragma comment(lib, "ws2_32")
#pragma comment(lib, "ntdll")

#define POLL 0x00012024
enum { RECEIVE = 1, SEND = 4, DISCONNECT = 8, ABORTED = 16, CLOSED = 32, ACCEPT = 128, REFUSED = 256 };
enum { ALL = RECEIVE | SEND | DISCONNECT | ABORTED | CLOSED | ACCEPT | REFUSED };
#define CANCELLED ((NTSTATUS)0xC0000120)
#define NONE ((NTSTATUS)0xC0000225)
#define TIMED_OUT ((NTSTATUS)0x102)
#define CONNECTION_REFUSED ((NTSTATUS)0xC0000236)
#define WAITING ((NTSTATUS)0x103)

struct entry {
    HANDLE handle;
    ULONG events;
    NTSTATUS status;
};
struct poll {
    LARGE_INTEGER timeout;
    ULONG count, exclusive;
    struct entry entries[2];
};

typedef NTSTATUS(NTAPI *cancel_function)(HANDLE, PIO_STATUS_BLOCK, PIO_STATUS_BLOCK);
typedef NTSTATUS(NTAPI *keyed_function)(HANDLE, PVOID, BOOLEAN, PLARGE_INTEGER);
typedef NTSTATUS(NTAPI *key_function)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, ULONG);
static cancel_function cancel;
static HANDLE device, port;
static int context; /* its address is what a packet carries */

static NTSTATUS ask(struct poll *poll, IO_STATUS_BLOCK *block, HANDLE event, void *told, SOCKET s, ULONG events,
                    long long timeout) {
    memset(poll, 0x77, sizeof *poll);
    memset(block, 0x77, sizeof *block);
    poll->timeout.QuadPart = timeout;
    poll->count = 1;
    poll->exclusive = 0;
    poll->entries[0].handle = (HANDLE)s;
    poll->entries[0].events = events;
    poll->entries[0].status = 0;
    return NtDeviceIoControlFile(device, event, NULL, told, block, POLL, poll, 32, poll, 32);
}

/* What the port's next packet says of a poll: the events, or its status if there are none. */
static long long taken(struct poll *poll, IO_STATUS_BLOCK *block) {
    OVERLAPPED_ENTRY entry;
    ULONG count = 0;
    if (!GetQueuedCompletionStatusEx(port, &entry, 1, &count, 10000, FALSE))
        return -1;
    CHECK(count == 1 && entry.lpCompletionKey == 7 && entry.lpOverlapped == (void *)&context);
    if (poll->count == 0)
        return (unsigned)block->Status;
    CHECK(block->Status == 0 && poll->count == 1);
    CHECK(block->Information == 32);
    CHECK(poll->entries[0].status == (poll->entries[0].events == REFUSED ? CONNECTION_REFUSED : 0));
    return poll->entries[0].events;
}

static long long asked(SOCKET s, ULONG events) {
    struct poll poll;
    IO_STATUS_BLOCK block;
    NTSTATUS status = ask(&poll, &block, NULL, &context, s, events, 0x7fffffffffffffff);
    CHECK(status == 0 || status == WAITING);
    return taken(&poll, &block);
}

static BOOL quiet(void) {
    OVERLAPPED_ENTRY entry;
    ULONG count;
    return !GetQueuedCompletionStatusEx(port, &entry, 1, &count, 0, FALSE) && GetLastError() == WAIT_TIMEOUT;
}

static SOCKET listening(struct sockaddr_in *address) {
    SOCKET s = socket(AF_INET, SOCK_STREAM, 0);
    int length = sizeof *address;
    memset(address, 0, sizeof *address);
    address->sin_family = AF_INET;
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind(s, (struct sockaddr *)address, sizeof *address) == 0 && listen(s, 5) == 0);
    CHECK(getsockname(s, (struct sockaddr *)address, &length) == 0);
    return s;
}

static void opened(void) {
    WCHAR name[] = L"\\Device\\Afd\\Test", other[] = L"\\Device\\NoSuchDevice";
    UNICODE_STRING text = {sizeof name - sizeof *name, sizeof name, name};
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK block;
    InitializeObjectAttributes(&attributes, &text, 0, NULL, NULL);
    CHECK(NtCreateFile(&device, SYNCHRONIZE, &attributes, &block, NULL, 0, FILE_SHARE_READ | FILE_SHARE_WRITE,
                       FILE_OPEN, 0, NULL, 0) == 0);
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    CHECK(CreateIoCompletionPort(device, port, 7, 0) == port);
    CHECK(SetFileCompletionNotificationModes(device, FILE_SKIP_SET_EVENT_ON_HANDLE));
    text.Buffer = other;
    text.Length = sizeof other - sizeof *other;
    text.MaximumLength = sizeof other;
    HANDLE none = NULL;
    CHECK(NtCreateFile(&none, SYNCHRONIZE, &attributes, &block, NULL, 0, 0, FILE_OPEN, 0, NULL, 0) < 0);
}

static void stream(void) {
    struct sockaddr_in address;
    struct poll poll;
    IO_STATUS_BLOCK block, other;
    char bytes[8];
    SOCKET listener = listening(&address), client = socket(AF_INET, SOCK_STREAM, 0);
    u_long on = 1;
    ioctlsocket(client, FIONBIO, &on);
    CHECK(ask(&poll, &block, NULL, &context, listener, ALL, 0x7fffffffffffffff) == WAITING);
    CHECK(block.Status == 0x77777777 && quiet()); /* it is written at the end */
    CHECK(connect(client, (struct sockaddr *)&address, sizeof address) == 0 || WSAGetLastError() == WSAEWOULDBLOCK);
    CHECK(taken(&poll, &block) == ACCEPT);
    CHECK(asked(client, ALL) == SEND);
    CHECK(asked(listener, ACCEPT) == ACCEPT); /* it holds until it is taken */
    SOCKET server = accept(listener, NULL, NULL);
    CHECK(server != INVALID_SOCKET);

    /* Only what is asked for, when it comes. */
    CHECK(ask(&poll, &block, NULL, &context, server, RECEIVE | DISCONNECT | ABORTED, 0x7fffffffffffffff) == WAITING);
    CHECK(quiet());
    CHECK(send(client, "x", 1, 0) == 1);
    CHECK(taken(&poll, &block) == RECEIVE);
    CHECK(asked(server, RECEIVE | SEND) == (RECEIVE | SEND));
    CHECK(recv(server, bytes, sizeof bytes, 0) == 1);

    /* Cancelled once. */
    CHECK(ask(&poll, &block, NULL, &context, server, RECEIVE, 0x7fffffffffffffff) == WAITING);
    CHECK(cancel(device, &block, &other) == 0);
    CHECK(poll.count == 0 || block.Status == CANCELLED);
    OVERLAPPED_ENTRY entry;
    ULONG count = 0;
    CHECK(GetQueuedCompletionStatusEx(port, &entry, 1, &count, 10000, FALSE));
    CHECK(block.Status == CANCELLED && entry.lpOverlapped == (void *)&context);
    CHECK(cancel(device, &block, &other) == NONE);

    /* An event instead of a packet; and time. */
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, NULL);
    CHECK(ask(&poll, &block, event, NULL, server, RECEIVE, 0x7fffffffffffffff) == WAITING);
    CHECK(WaitForSingleObject(event, 0) == WAIT_TIMEOUT);
    CHECK(send(client, "y", 1, 0) == 1);
    CHECK(WaitForSingleObject(event, 10000) == WAIT_OBJECT_0);
    CHECK(block.Status == 0 && poll.count == 1 && poll.entries[0].events == RECEIVE && quiet());
    CHECK(recv(server, bytes, sizeof bytes, 0) == 1);
    NTSTATUS status = ask(&poll, &block, NULL, &context, server, RECEIVE, -10000); /* a millisecond */
    CHECK(status == WAITING || status == TIMED_OUT);
    CHECK(taken(&poll, &block) == TIMED_OUT && block.Status == TIMED_OUT);
    CloseHandle(event);

    /* The end of the stream, a reset, and what is closed at this end. */
    CHECK(ask(&poll, &block, NULL, &context, server, RECEIVE | DISCONNECT | ABORTED, 0x7fffffffffffffff) == WAITING);
    CHECK(shutdown(client, SD_SEND) == 0);
    CHECK(taken(&poll, &block) == DISCONNECT);
    CHECK(ask(&poll, &block, NULL, &context, client, RECEIVE | DISCONNECT | ABORTED | CLOSED, 0x7fffffffffffffff) == WAITING);
    struct linger hard = {1, 0};
    CHECK(setsockopt(server, SOL_SOCKET, SO_LINGER, (char *)&hard, sizeof hard) == 0 && closesocket(server) == 0);
    long long end = taken(&poll, &block);
    CHECK(end == ABORTED);
    CHECK(closesocket(client) == 0);
    CHECK(ask(&poll, &block, NULL, &context, listener, ACCEPT | CLOSED, 0x7fffffffffffffff) == WAITING);
    CHECK(closesocket(listener) == 0);
    CHECK(taken(&poll, &block) == CLOSED);
    CHECK(ask(&poll, &block, NULL, &context, listener, ACCEPT, 0) < 0);
}

static void refused(void) {
    struct sockaddr_in address;
    struct poll poll;
    IO_STATUS_BLOCK block;
    u_long on = 1;
    SOCKET s = socket(AF_INET, SOCK_STREAM, 0);
    closesocket(listening(&address));
    ioctlsocket(s, FIONBIO, &on);
    CHECK(connect(s, (struct sockaddr *)&address, sizeof address) == SOCKET_ERROR);
    CHECK(ask(&poll, &block, NULL, &context, s, REFUSED | SEND, 0x7fffffffffffffff) >= 0);
    CHECK(taken(&poll, &block) == REFUSED);
    closesocket(s);
}

static void datagrams(void) {
    struct sockaddr_in address = {0};
    struct poll poll;
    IO_STATUS_BLOCK block;
    int length = sizeof address;
    SOCKET s = socket(AF_INET, SOCK_DGRAM, 0), to = socket(AF_INET, SOCK_DGRAM, 0);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind(to, (struct sockaddr *)&address, sizeof address) == 0);
    CHECK(getsockname(to, (struct sockaddr *)&address, &length) == 0);
    CHECK(asked(to, SEND | RECEIVE) == SEND);
    CHECK(ask(&poll, &block, NULL, &context, to, RECEIVE, 0x7fffffffffffffff) == WAITING);
    CHECK(sendto(s, "d", 1, 0, (struct sockaddr *)&address, sizeof address) == 1);
    CHECK(taken(&poll, &block) == RECEIVE);
    closesocket(s);
    closesocket(to);
}

static void sizes(void) {
    struct poll poll;
    IO_STATUS_BLOCK block;
    SOCKET s = socket(AF_INET, SOCK_DGRAM, 0);
    memset(&poll, 0, sizeof poll);
    poll.entries[0].handle = (HANDLE)s;
    poll.entries[0].events = SEND;
    CHECK(NtDeviceIoControlFile(device, NULL, NULL, NULL, &block, POLL, &poll, 32, &poll, 32) < 0); /* none */
    poll.count = 1;
    CHECK(NtDeviceIoControlFile(device, NULL, NULL, NULL, &block, POLL, &poll, 8, &poll, 8) < 0);
    closesocket(s);
}

static HANDLE keyed;
static keyed_function release, await;
static DWORD WINAPI releaser(void *key) {
    return (DWORD)release(keyed, key, FALSE, NULL);
}

static void keys(void) {
    HMODULE ntdll = GetModuleHandleA("ntdll.dll");
    key_function create = (key_function)(void *)GetProcAddress(ntdll, "NtCreateKeyedEvent");
    release = (keyed_function)(void *)GetProcAddress(ntdll, "NtReleaseKeyedEvent");
    await = (keyed_function)(void *)GetProcAddress(ntdll, "NtWaitForKeyedEvent");
    CHECK(create && release && await);
    LARGE_INTEGER none = {0};
    DWORD code = 77;
    CHECK(create(&keyed, 0xF0003, NULL, 0) == 0);
    CHECK(await(keyed, &code, FALSE, &none) == TIMED_OUT);
    CHECK(release(keyed, &code, FALSE, &none) == TIMED_OUT);
    HANDLE thread = CreateThread(NULL, 0, releaser, &code, 0, NULL);
    CHECK(await(keyed, &code, FALSE, NULL) == 0);
    CHECK(WaitForSingleObject(thread, 10000) == WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code) && code == 0);
    CHECK(CloseHandle(thread) && NtClose(keyed) == 0);
}

int main(void) {
    WSADATA data;
    CHECK(WSAStartup(0x202, &data) == 0);
    cancel = (cancel_function)(void *)GetProcAddress(GetModuleHandleA("ntdll.dll"), "NtCancelIoFileEx");
    CHECK(cancel != NULL);
    opened();
    stream();
    refused();
    datagrams();
    sizes();
    keys();
    CHECK(RtlNtStatusToDosError(CANCELLED) == ERROR_OPERATION_ABORTED);
    CHECK(RtlNtStatusToDosError(NONE) == ERROR_NOT_FOUND);
    CHECK(RtlNtStatusToDosError(WAITING) == ERROR_IO_PENDING);
    CHECK(RtlNtStatusToDosError((NTSTATUS)0xC0000034) == ERROR_FILE_NOT_FOUND);
    CHECK(RtlNtStatusToDosError((NTSTATUS)0xC0000008) == ERROR_INVALID_HANDLE && NtClose(NULL) != 0);
    CHECK(CloseHandle(device) && CloseHandle(port));
    printf("%d wrong\n", wrong);
    return 0;
}
