/* Echo server with calls that never block: one thread asks every socket, round after round.
 *
 *     nonblocking PORT [CLIENTS]
 *
 * PORT 0 takes a free port. The server ends when CLIENTS clients have come and gone (0: never), or
 * at Ctrl-C.
 *
 *     round    accept? ─▶ client 1: send? recv? ─▶ client 2: send? recv? ─▶ …
 *
 * FIONBIO makes a socket answer WSAEWOULDBLOCK instead of waiting. Asking costs a system call for
 * each socket and round, and when nobody has anything the thread can only sleep and ask again:
 * that is why the other models let Windows tell who is ready.
 */
#include <winsock2.h>
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>

enum { BUFFER_BYTES = 4096, CLIENTS_AT_ONCE = 256 };

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

static void make_nonblocking(SOCKET socket) {
    u_long yes = 1;
    if (ioctlsocket(socket, FIONBIO, &yes) == SOCKET_ERROR) fail("ioctlsocket");
}

/* Takes a client, if one waits; whether one did. */
static BOOL take_client(SOCKET listener) {
    static int number;
    Client *client;
    SOCKET socket;

    if (count == CLIENTS_AT_ONCE) return FALSE;
    socket = accept(listener, NULL, NULL);
    if (socket == INVALID_SOCKET) {
        if (WSAGetLastError() != WSAEWOULDBLOCK) fail("accept");
        return FALSE;
    }
    client = calloc(1, sizeof *client);
    if (client == NULL) fail("calloc");
    make_nonblocking(socket);
    client->socket = socket;
    client->number = ++number;
    clients[count++] = client;
    printf("client %d connected\n", client->number);
    return TRUE;
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

/* Sends what is left to send, else receives; whether anything happened. */
static BOOL move_bytes(int at) {
    Client *client = clients[at];
    BOOL sends = client->begin < client->end;
    char *from = client->buffer + client->begin;
    int moved = sends ? send(client->socket, from, client->end - client->begin, 0)
                      : recv(client->socket, client->buffer, BUFFER_BYTES, 0);
    if (moved == SOCKET_ERROR) {
        int error = WSAGetLastError();
        if (error == WSAEWOULDBLOCK) return FALSE;
        drop(at, error);
    } else if (sends) {
        client->begin += moved; /* perhaps not all: the rest goes in a later round */
        client->bytes += moved;
    } else if (moved == 0) {
        drop(at, 0);
    } else {
        client->begin = 0;
        client->end = moved;
    }
    return TRUE;
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
    make_nonblocking(listener);
    SetConsoleCtrlHandler(on_control, TRUE);
    announce(listener);

    while (!stopping && (clients_max == 0 || clients_left < clients_max)) {
        BOOL busy = take_client(listener);
        int at;
        for (at = count - 1; at >= 0; at--) /* backwards: drop puts the last one in a gap */
            busy |= move_bytes(at);
        if (!busy) Sleep(1);
    }
    printf("served %d clients, %lld bytes\n", clients_left, bytes_total);
    closesocket(listener);
    WSACleanup();
    return EXIT_SUCCESS;
}
