/* Echo server on WSAEventSelect: each socket has an event, and one thread waits for all of them.
 *
 *     wsaeventselect PORT [CLIENTS]
 *
 * PORT 0 takes a free port. The server ends when CLIENTS clients have come and gone (0: never), or
 * at Ctrl-C.
 *
 *     events[0]      somebody wants the server to stop
 *     events[1]      the listener: FD_ACCEPT
 *     events[n]      the socket of a client: FD_READ, FD_WRITE, FD_CLOSE
 *
 * A wait takes WSA_MAXIMUM_WAIT_EVENTS (64) events; a server for more clients has more threads that
 * wait. FD_READ comes again only after a recv, FD_WRITE only after a send that would have blocked:
 * so at any event the server goes on until the socket would block, and nothing can be missed.
 */
#include <winsock2.h>
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>

enum { BUFFER_BYTES = 4096, STOP = 0, LISTENER = 1, FIRST_CLIENT = 2 };

typedef struct {
    SOCKET socket;
    int number; /* from 1, in the order of arrival */
    int begin, end; /* what has come and must go back: buffer[begin .. end] */
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
    SOCKET made = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    if (made == INVALID_SOCKET) fail("socket");
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

/* An accepted socket has its listener's event and interests until it is given its own. */
static void take_client(SOCKET listener) {
    static int number;
    WSAEVENT event;
    Client *client;
    SOCKET socket = accept(listener, NULL, NULL);

    if (socket == INVALID_SOCKET) {
        if (WSAGetLastError() != WSAEWOULDBLOCK) fail("accept");
        return;
    }
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
    event = make_event();
    clients[count] = client;
    events[count++] = event;
    if (WSAEventSelect(socket, event, FD_READ | FD_WRITE | FD_CLOSE)) fail("WSAEventSelect");
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

/* Sends and receives in turn until the socket would block, or the client is gone. */
static void move_bytes(DWORD at) {
    Client *client = clients[at];
    for (;;) {
        BOOL sends = client->begin < client->end;
        char *from = client->buffer + client->begin;
        int moved = sends ? send(client->socket, from, client->end - client->begin, 0)
                          : recv(client->socket, client->buffer, BUFFER_BYTES, 0);
        if (moved == SOCKET_ERROR) {
            int error = WSAGetLastError();
            if (error != WSAEWOULDBLOCK) drop(at, error);
            return;
        }
        if (sends) {
            client->begin += moved;
            client->bytes += moved;
        } else if (moved == 0) {
            drop(at, 0);
            return;
        } else {
            client->begin = 0;
            client->end = moved;
        }
    }
}

/* WSAEnumNetworkEvents tells what has happened and resets the event. */
static void handle(SOCKET listener, DWORD at) {
    SOCKET socket = at == LISTENER ? listener : clients[at]->socket;
    WSANETWORKEVENTS happened;
    if (WSAEnumNetworkEvents(socket, events[at], &happened)) fail("WSAEnumNetworkEvents");
    if (at != LISTENER) {
        move_bytes(at);
    } else if (happened.lNetworkEvents & FD_ACCEPT) {
        if (happened.iErrorCode[FD_ACCEPT_BIT] != 0) fail("FD_ACCEPT");
        take_client(listener);
    }
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
                handle(listener, at);
        }
        handle(listener, first - WSA_WAIT_EVENT_0);
    }
    printf("served %d clients, %lld bytes\n", clients_left, bytes_total);
    closesocket(listener);
    WSACleanup();
    return EXIT_SUCCESS;
}
