/* Echo server on select: one thread, which is told the sockets that are ready.
 *
 *     select PORT [CLIENTS]
 *
 * PORT 0 takes a free port. The server ends when CLIENTS clients have come and gone (0: never), or
 * at Ctrl-C.
 *
 *     round    fill the sets ─▶ select ─▶ FD_ISSET: accept, send or recv
 *
 * A Windows fd_set is not a bit mask but an array of FD_SETSIZE (64) sockets; FD_ISSET searches
 * it. The sets are filled anew for each call, since select leaves in them only what is ready.
 */
#include <winsock2.h>
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>

enum { BUFFER_BYTES = 4096, CLIENTS_AT_ONCE = FD_SETSIZE - 1 /* one for the listener */ };

typedef struct {
    SOCKET socket;
    int number; /* from 1, in the order of arrival */
    int begin, end; /* what has come and must go back: buffer[begin .. end] */
    long long bytes;
    char buffer[BUFFER_BYTES];
} Client;

static Client *clients[CLIENTS_AT_ONCE];
static int count;
static int clients_left;
static long long bytes_total;
static volatile LONG stopping;

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
    InterlockedExchange(&stopping, TRUE);
    return TRUE;
}

static void take_client(SOCKET listener) {
    static int number;
    u_long yes = 1;
    Client *client = calloc(1, sizeof *client);
    if (client == NULL) fail("calloc");
    client->socket = accept(listener, NULL, NULL);
    if (client->socket == INVALID_SOCKET) fail("accept");
    /* Writable means that some bytes can go, not all: a blocking send could stop the server. */
    if (ioctlsocket(client->socket, FIONBIO, &yes) == SOCKET_ERROR) fail("ioctlsocket");
    client->number = ++number;
    clients[count++] = client;
    printf("client %d connected\n", client->number);
}

static void drop(int at, int error) {
    Client *client = clients[at];
    if (error == 0)
        printf("client %d left after %lld bytes\n", client->number, client->bytes);
    else
        printf("client %d lost after %lld bytes: error %d\n", client->number, client->bytes, error);
    bytes_total += client->bytes;
    clients_left++;
    closesocket(client->socket);
    free(client);
    clients[at] = clients[--count];
}

static void receive(int at) {
    Client *client = clients[at];
    int got = recv(client->socket, client->buffer, BUFFER_BYTES, 0);
    if (got > 0) {
        client->begin = 0;
        client->end = got;
    } else {
        drop(at, got == 0 ? 0 : WSAGetLastError());
    }
}

static void send_back(int at) {
    Client *client = clients[at];
    int sent = send(client->socket, client->buffer + client->begin, client->end - client->begin, 0);
    if (sent == SOCKET_ERROR) {
        drop(at, WSAGetLastError());
    } else {
        client->begin += sent;
        client->bytes += sent;
    }
}

/* One call of select and what it tells. A client with bytes to send is not asked for more. */
static void serve_round(SOCKET listener) {
    struct timeval patience = {0, 100 * 1000}; /* then Ctrl-C is looked for */
    fd_set readable, writable;
    int at, ready;

    FD_ZERO(&readable);
    FD_ZERO(&writable);
    if (count < CLIENTS_AT_ONCE) FD_SET(listener, &readable);
    for (at = 0; at < count; at++) {
        if (clients[at]->begin < clients[at]->end)
            FD_SET(clients[at]->socket, &writable);
        else
            FD_SET(clients[at]->socket, &readable);
    }
    ready = select(0, &readable, &writable, NULL, &patience); /* the first argument is ignored */
    if (ready == SOCKET_ERROR) fail("select");
    if (ready == 0) return;
    for (at = count - 1; at >= 0; at--) { /* backwards: drop puts the last one in a gap */
        if (FD_ISSET(clients[at]->socket, &readable))
            receive(at);
        else if (FD_ISSET(clients[at]->socket, &writable))
            send_back(at);
    }
    if (FD_ISSET(listener, &readable)) take_client(listener);
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
    listener = listen_on((unsigned short)atoi(argv[1]));
    SetConsoleCtrlHandler(on_control, TRUE);
    announce(listener);

    while (!stopping && (clients_max == 0 || clients_left < clients_max)) serve_round(listener);
    printf("served %d clients, %lld bytes\n", clients_left, bytes_total);
    closesocket(listener);
    WSACleanup();
    return EXIT_SUCCESS;
}
