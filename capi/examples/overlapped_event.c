/* Echo server on overlapped operations that end by setting an event.
 *
 *     overlapped_event PORT [CLIENTS]
 *
 * PORT 0 takes a free port. The server ends when CLIENTS clients have come and gone (0: never), or
 * at Ctrl-C.
 *
 *     events[0]      somebody wants the server to stop
 *     events[1]      the listener: FD_ACCEPT
 *     events[n]      the operation of a client has ended: a receive, then a send, then a receive …
 *
 * With select a server asks "who is ready?" and then does the work. Here the order is turned: it
 * begins the work, and Windows tells when it is done. Buffer and WSAOVERLAPPED belong to Windows in
 * between. A wait takes 64 events, so this server takes 62 clients.
 */
#include <winsock2.h>
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>

enum { BUFFER_BYTES = 4096, STOP = 0, LISTENER = 1, FIRST_CLIENT = 2 };

typedef struct {
    WSAOVERLAPPED overlapped; /* its hEvent is the client's place in `events` */
    SOCKET socket;
    int number; /* from 1, in the order of arrival */
    BOOL is_sending;
    long long bytes;
    char buffer[BUFFER_BYTES];
} Client;

static WSAEVENT events[WSA_MAXIMUM_WAIT_EVENTS];
static Client *clients[WSA_MAXIMUM_WAIT_EVENTS]; /* beside their events */
static DWORD count = FIRST_CLIENT;
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

static void drop(DWORD at, int error) {
    Client *client = clients[at];
    if (error == 0)
        printf("client %d left after %lld bytes\n", client->number, client->bytes);
    else
        printf("client %d lost after %lld bytes: error %d\n", client->number, client->bytes, error);
    bytes_total += client->bytes;
    clients_left++;
    closesocket(client->socket);
    WSACloseEvent(events[at]);
    free(client);
    count--;
    events[at] = events[count];
    clients[at] = clients[count];
}

/* Begins to receive, or to send `bytes` of the buffer. An operation that is done at once sets the
 * event all the same, so there is one place that looks at results. */
static void begin(DWORD at, BOOL sends, DWORD bytes) {
    Client *client = clients[at];
    WSABUF buffer = {sends ? bytes : BUFFER_BYTES, client->buffer};
    DWORD flags = 0;
    int begun;

    WSAResetEvent(events[at]);
    ZeroMemory(&client->overlapped, sizeof client->overlapped);
    client->overlapped.hEvent = events[at];
    client->is_sending = sends;
    if (sends)
        begun = WSASend(client->socket, &buffer, 1, NULL, 0, &client->overlapped, NULL);
    else
        begun = WSARecv(client->socket, &buffer, 1, NULL, &flags, &client->overlapped, NULL);
    if (begun == SOCKET_ERROR && WSAGetLastError() != WSA_IO_PENDING) drop(at, WSAGetLastError());
}

static void finish(DWORD at) {
    Client *client = clients[at];
    DWORD bytes, flags;

    if (!WSAGetOverlappedResult(client->socket, &client->overlapped, &bytes, FALSE, &flags)) {
        drop(at, WSAGetLastError());
    } else if (client->is_sending) {
        client->bytes += bytes; /* an overlapped send ends when all bytes are taken */
        begin(at, FALSE, 0);
    } else if (bytes == 0) {
        drop(at, 0);
    } else {
        begin(at, TRUE, bytes);
    }
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
    if (count == WSA_MAXIMUM_WAIT_EVENTS) {
        printf("a client too many\n");
        closesocket(socket);
        return;
    }
    client = calloc(1, sizeof *client);
    if (client == NULL) fail("calloc");
    client->socket = socket;
    client->number = ++number;
    printf("client %d connected\n", client->number);
    clients[count] = client;
    events[count] = make_event();
    count++;
    begin(count - 1, FALSE, 0);
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
        DWORD first = WSAWaitForMultipleEvents(count, events, FALSE, WSA_INFINITE, FALSE);
        DWORD at;
        if (first == WSA_WAIT_FAILED) fail("WSAWaitForMultipleEvents");
        if (first == WSA_WAIT_EVENT_0 + STOP) break;
        /* The wait tells the first that is set. Those behind it are asked, or they could starve. */
        for (at = count - 1; at > first - WSA_WAIT_EVENT_0; at--) {
            if (WSAWaitForMultipleEvents(1, &events[at], FALSE, 0, FALSE) == WSA_WAIT_EVENT_0)
                finish(at);
        }
        if (first == WSA_WAIT_EVENT_0 + LISTENER)
            take_client(listener);
        else
            finish(first - WSA_WAIT_EVENT_0);
    }
    printf("served %d clients, %lld bytes\n", clients_left, bytes_total);
    closesocket(listener);
    WSACleanup();
    return EXIT_SUCCESS;
}
