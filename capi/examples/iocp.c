/* Echo server on a completion port: all operations of all sockets end in one queue, which a pool of
 * worker threads empties.
 *
 *     iocp PORT [CLIENTS]
 *
 * PORT 0 takes a free port. The server ends when CLIENTS clients have come and gone (0: never), or
 * at Ctrl-C.
 *
 *     main       accept ─▶ associate with the port ─▶ first WSARecv
 *     worker     GetQueuedCompletionStatus ─▶ received: WSASend
 *                                          ─▶ sent: WSARecv
 *
 * Per-handle data (the completion key) is the Client, per-I/O data the Operation around the
 * OVERLAPPED. Of the workers, as many run at once as there are processors; the others stand by for
 * those that block.
 */
#include <winsock2.h>
#include <windows.h>
#include <process.h>
#include <stdio.h>
#include <stdlib.h>

enum { BUFFER_BYTES = 4096, WORKERS_MAX = MAXIMUM_WAIT_OBJECTS };

typedef struct {
    OVERLAPPED overlapped;
    enum { RECEIVE, SEND } kind;
    WSABUF wanted;
    char buffer[BUFFER_BYTES];
} Operation;

typedef struct {
    SOCKET socket;
    int number; /* from 1, in the order of arrival */
    long long bytes;
    Operation operation; /* one at a time */
} Client;

static HANDLE port;
static SOCKET listener;
static int clients_max;
static volatile LONG clients_left;
static volatile LONG64 bytes_total;

static void fail(const char *call) {
    printf("%s: error %lu\n", call, (unsigned long)GetLastError());
    exit(EXIT_FAILURE);
}

static SOCKET listen_on(unsigned short number) {
    SOCKADDR_IN address = {0};
    SOCKET made = WSASocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, WSA_FLAG_OVERLAPPED);
    if (made == INVALID_SOCKET) fail("WSASocket");
    address.sin_family = AF_INET;
    address.sin_port = htons(number);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(made, (SOCKADDR *)&address, sizeof address) == SOCKET_ERROR) fail("bind");
    if (listen(made, SOMAXCONN) == SOCKET_ERROR) fail("listen");
    return made;
}

/* To be called when the server is ready for anything, Ctrl-C too. */
static void announce(SOCKET socket) {
    SOCKADDR_IN address;
    int length = sizeof address;
    if (getsockname(socket, (SOCKADDR *)&address, &length) == SOCKET_ERROR) fail("getsockname");
    printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
}

/* Closing the listener is what gets main out of accept. */
static BOOL WINAPI on_control(DWORD event) {
    (void)event;
    closesocket(listener);
    return TRUE;
}

static void drop(Client *client, DWORD error) {
    if (error == 0)
        printf("client %d left after %lld bytes\n", client->number, client->bytes);
    else
        printf("client %d lost after %lld bytes: error %lu\n", client->number, client->bytes,
               (unsigned long)error);
    InterlockedExchangeAdd64(&bytes_total, client->bytes);
    closesocket(client->socket);
    free(client);
    if (InterlockedIncrement(&clients_left) == clients_max) closesocket(listener);
}

/* Begins a receive, or a send of `bytes`. However soon it is done, its packet goes to the port: the
 * client may belong to another worker before this call has returned. */
static void begin(Client *client, int kind, DWORD bytes) {
    OVERLAPPED *overlapped = &client->operation.overlapped;
    WSABUF *wanted = &client->operation.wanted;
    DWORD flags = 0;
    int begun;

    ZeroMemory(overlapped, sizeof *overlapped);
    client->operation.kind = kind;
    wanted->buf = client->operation.buffer;
    wanted->len = bytes;
    if (kind == SEND)
        begun = WSASend(client->socket, wanted, 1, NULL, 0, overlapped, NULL);
    else
        begun = WSARecv(client->socket, wanted, 1, NULL, &flags, overlapped, NULL);
    if (begun == SOCKET_ERROR && WSAGetLastError() != WSA_IO_PENDING)
        drop(client, WSAGetLastError());
}

static unsigned __stdcall work(void *argument) {
    (void)argument;
    for (;;) {
        DWORD bytes = 0;
        ULONG_PTR key = 0;
        OVERLAPPED *overlapped = NULL;
        BOOL good = GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, INFINITE);
        Client *client = (Client *)key;

        if (overlapped == NULL) {
            if (!good) fail("GetQueuedCompletionStatus");
            return 0; /* the packet that main posts at the end */
        }
        if (!good) {
            drop(client, GetLastError());
        } else if (CONTAINING_RECORD(overlapped, Operation, overlapped)->kind == SEND) {
            client->bytes += bytes;
            begin(client, RECEIVE, BUFFER_BYTES);
        } else if (bytes == 0) {
            drop(client, 0);
        } else {
            begin(client, SEND, bytes);
        }
    }
}

int main(int argc, char **argv) {
    WSADATA data;
    SYSTEM_INFO system;
    HANDLE workers[WORKERS_MAX];
    DWORD count, at;
    SOCKET socket;
    int number = 0;

    if (argc < 2) {
        printf("usage: %s PORT [CLIENTS]\n", argv[0]);
        return EXIT_FAILURE;
    }
    setvbuf(stdout, NULL, _IONBF, 0);
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0) fail("WSAStartup");
    clients_max = argc > 2 ? atoi(argv[2]) : 0;
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    if (port == NULL) fail("CreateIoCompletionPort");
    GetSystemInfo(&system);
    count = system.dwNumberOfProcessors * 2;
    if (count > WORKERS_MAX) count = WORKERS_MAX;
    for (at = 0; at < count; at++) {
        workers[at] = (HANDLE)_beginthreadex(NULL, 0, work, NULL, 0, NULL);
        if (workers[at] == NULL) fail("_beginthreadex");
    }
    listener = listen_on((unsigned short)atoi(argv[1]));
    SetConsoleCtrlHandler(on_control, TRUE);
    announce(listener);

    while ((socket = WSAAccept(listener, NULL, NULL, NULL, 0)) != INVALID_SOCKET) {
        Client *client = calloc(1, sizeof *client);
        if (client == NULL) fail("calloc");
        client->socket = socket;
        client->number = ++number;
        printf("client %d connected\n", client->number);
        if (CreateIoCompletionPort((HANDLE)socket, port, (ULONG_PTR)client, 0) == NULL)
            fail("CreateIoCompletionPort");
        begin(client, RECEIVE, BUFFER_BYTES);
    }

    for (at = 0; at < count; at++) PostQueuedCompletionStatus(port, 0, 0, NULL);
    WaitForMultipleObjects(count, workers, TRUE, INFINITE);
    for (at = 0; at < count; at++) CloseHandle(workers[at]);
    CloseHandle(port);
    printf("served %ld clients, %lld bytes\n", (long)clients_left, (long long)bytes_total);
    WSACleanup();
    return EXIT_SUCCESS;
}
