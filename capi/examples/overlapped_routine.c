/* Echo server on overlapped operations that end by calling a completion routine.
 *
 *     overlapped_routine PORT [CLIENTS]
 *
 * PORT 0 takes a free port. The server ends when CLIENTS clients have come and gone (0: never), or
 * at Ctrl-C.
 *
 *     main     alertable wait ─▶ received ─▶ alertable wait ─▶ sent ─▶ alertable wait …
 *
 * A routine is an asynchronous procedure call (APC) to the thread that began the operation. It runs
 * only while that thread is in an alertable wait, so there is one thread, no lock, and no limit of
 * 64 events: the events waited for are the listener's and the one that stops the server.
 */
#include <winsock2.h>
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>

enum { BUFFER_BYTES = 4096, STOP = 0, LISTENER = 1 };

typedef struct {
    WSAOVERLAPPED overlapped;
    SOCKET socket;
    int number; /* from 1, in the order of arrival */
    long long bytes;
    char buffer[BUFFER_BYTES];
} Client;

static WSAEVENT events[2];
static int clients_left;
static long long bytes_total;

static void fail(const char *call) {
    printf("%s: error %d\n", call, WSAGetLastError());
    exit(EXIT_FAILURE);
}

static SOCKET listen_on(unsigned short port) {
    SOCKADDR_IN address = {0};
    SOCKET made = WSASocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, WSA_FLAG_OVERLAPPED);
    if (made == INVALID_SOCKET) fail("WSASocket");
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
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

static BOOL WINAPI on_control(DWORD event) {
    (void)event;
    WSASetEvent(events[STOP]);
    return TRUE;
}

static WSAEVENT make_event(void) {
    WSAEVENT event = WSACreateEvent();
    if (event == WSA_INVALID_EVENT) fail("WSACreateEvent");
    return event;
}

static void drop(Client *client, int error) {
    if (error == 0)
        printf("client %d left after %lld bytes\n", client->number, client->bytes);
    else
        printf("client %d lost after %lld bytes: error %d\n", client->number, client->bytes, error);
    bytes_total += client->bytes;
    clients_left++;
    closesocket(client->socket);
    free(client);
}

static void CALLBACK received(DWORD error, DWORD bytes, LPWSAOVERLAPPED overlapped, DWORD flags);
static void CALLBACK sent(DWORD error, DWORD bytes, LPWSAOVERLAPPED overlapped, DWORD flags);

/* Windows does not use hEvent when there is a routine: here it could carry a pointer. This program
 * needs none, because the WSAOVERLAPPED lies in the client. */
static void receive(Client *client) {
    WSABUF buffer = {BUFFER_BYTES, client->buffer};
    DWORD flags = 0;
    ZeroMemory(&client->overlapped, sizeof client->overlapped);
    if (WSARecv(client->socket, &buffer, 1, NULL, &flags, &client->overlapped, received) &&
        WSAGetLastError() != WSA_IO_PENDING)
        drop(client, WSAGetLastError());
}

static void CALLBACK received(DWORD error, DWORD bytes, LPWSAOVERLAPPED overlapped, DWORD flags) {
    Client *client = CONTAINING_RECORD(overlapped, Client, overlapped);
    WSABUF buffer = {bytes, client->buffer};
    (void)flags;
    if (error != 0 || bytes == 0) {
        drop(client, (int)error);
        return;
    }
    ZeroMemory(&client->overlapped, sizeof client->overlapped);
    if (WSASend(client->socket, &buffer, 1, NULL, 0, &client->overlapped, sent) &&
        WSAGetLastError() != WSA_IO_PENDING)
        drop(client, WSAGetLastError());
}

static void CALLBACK sent(DWORD error, DWORD bytes, LPWSAOVERLAPPED overlapped, DWORD flags) {
    Client *client = CONTAINING_RECORD(overlapped, Client, overlapped);
    (void)flags;
    if (error != 0) {
        drop(client, (int)error);
        return;
    }
    client->bytes += bytes;
    receive(client);
}

static void take_client(SOCKET listener) {
    static int number;
    Client *client;
    WSANETWORKEVENTS happened;
    SOCKET socket;

    if (WSAEnumNetworkEvents(listener, events[LISTENER], &happened)) fail("WSAEnumNetworkEvents");
    socket = accept(listener, NULL, NULL);
    if (socket == INVALID_SOCKET) {
        if (WSAGetLastError() != WSAEWOULDBLOCK) fail("accept");
        return;
    }
    WSAEventSelect(socket, NULL, 0); /* it has inherited the listener's event */
    client = calloc(1, sizeof *client);
    if (client == NULL) fail("calloc");
    client->socket = socket;
    client->number = ++number;
    printf("client %d connected\n", client->number);
    receive(client);
}

int main(int argc, char **argv) {
    WSADATA data;
    SOCKET listener;
    int clients_max;

    if (argc < 2) {
        printf("usage: %s PORT [CLIENTS]\n", argv[0]);
        return EXIT_FAILURE;
    }
    setvbuf(stdout, NULL, _IONBF, 0);
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0) fail("WSAStartup");
    clients_max = argc > 2 ? atoi(argv[2]) : 0;
    events[STOP] = make_event();
    events[LISTENER] = make_event();
    listener = listen_on((unsigned short)atoi(argv[1]));
    if (WSAEventSelect(listener, events[LISTENER], FD_ACCEPT)) fail("WSAEventSelect");
    SetConsoleCtrlHandler(on_control, TRUE);
    announce(listener);

    while (clients_max == 0 || clients_left < clients_max) {
        DWORD why = WSAWaitForMultipleEvents(2, events, FALSE, WSA_INFINITE, TRUE);
        if (why == WSA_WAIT_FAILED) fail("WSAWaitForMultipleEvents");
        if (why == WSA_WAIT_EVENT_0 + STOP) break;
        if (why == WSA_WAIT_EVENT_0 + LISTENER) take_client(listener);
        /* else WSA_WAIT_IO_COMPLETION: routines have run */
    }
    printf("served %d clients, %lld bytes\n", clients_left, bytes_total);
    closesocket(listener);
    WSACleanup();
    return EXIT_SUCCESS;
}
