/* Echo client that trusts nothing: it counts and compares every byte that comes back.
 *
 *     stable_client PORT [CONNECTIONS [rude]]
 *
 * Connects to 127.0.0.1:PORT, again and again if nobody listens there yet, and holds CONNECTIONS
 * connections (3) open at once. On each it sends messages of several sizes. TCP keeps bytes, not
 * messages: an echo may come back in pieces, so the client receives until it has as many bytes as
 * it sent. With `rude` one more connection comes at the end, which is reset and not closed.
 *
 * The client leaves as TCP wants it: it says that it has no more to send (shutdown), and closes
 * when the server has said the same (recv returns 0).
 */
#include <winsock2.h>
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MESSAGE_BYTES_MAX = 40000, CONNECTIONS_MAX = 1000, TRIES_MAX = 200, PAUSE_MS = 50 };

static const int sizes[] = {1, 17, 512, 4096, 4097, MESSAGE_BYTES_MAX};
enum { SIZES = sizeof sizes / sizeof sizes[0] };

static void fail(const char *call) {
    printf("%s: error %d\n", call, WSAGetLastError());
    exit(EXIT_FAILURE);
}

/* A socket whose connect has failed is used up: each try takes a new one. */
static SOCKET connect_to(unsigned short port) {
    static BOOL has_told;
    SOCKADDR_IN address = {0};
    int tries;

    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = inet_addr("127.0.0.1");
    for (tries = 0; tries < TRIES_MAX; tries++) {
        SOCKET made = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
        if (made == INVALID_SOCKET) fail("socket");
        if (connect(made, (SOCKADDR *)&address, sizeof address) == 0) return made;
        if (WSAGetLastError() != WSAECONNREFUSED) fail("connect");
        if (!has_told) printf("refused: error %d, trying again\n", WSAGetLastError());
        has_told = TRUE;
        closesocket(made);
        Sleep(PAUSE_MS);
    }
    printf("nobody listens\n");
    exit(EXIT_FAILURE);
}

/* Bytes that say where they belong: a lost, doubled or strange one does not go unseen. */
static char byte_at(int connection, int message, int at) {
    return (char)(connection * 31 + message * 7 + at % 251);
}

static void echo(SOCKET socket, int connection, int message) {
    static char out[MESSAGE_BYTES_MAX], in[MESSAGE_BYTES_MAX];
    int size = sizes[message], at, got, have = 0;

    for (at = 0; at < size; at++) out[at] = byte_at(connection, message, at);
    if (send(socket, out, size, 0) != size) fail("send");
    while (have < size) {
        got = recv(socket, in + have, size - have, 0);
        if (got == SOCKET_ERROR) fail("recv");
        if (got == 0) {
            printf("connection %d: closed after %d of %d bytes\n", connection, have, size);
            exit(EXIT_FAILURE);
        }
        have += got;
    }
    for (at = 0; at < size; at++) {
        if (in[at] != out[at]) {
            printf("connection %d: byte %d of %d is wrong\n", connection, at, size);
            exit(EXIT_FAILURE);
        }
    }
}

static void leave(SOCKET socket, int connection, int bytes) {
    char byte;
    int got;
    if (shutdown(socket, SD_SEND) == SOCKET_ERROR) fail("shutdown");
    got = recv(socket, &byte, 1, 0);
    if (got == SOCKET_ERROR) fail("recv");
    printf("connection %d: %d bytes came back%s\n", connection, bytes, got ? ", and one more" : "");
    closesocket(socket);
}

/* Closing with a linger time of 0 throws the connection away: the peer's next call fails. */
static void leave_rudely(SOCKET socket, int connection) {
    struct linger at_once = {1, 0};
    if (setsockopt(socket, SOL_SOCKET, SO_LINGER, (char *)&at_once, sizeof at_once)) fail("linger");
    closesocket(socket);
    printf("connection %d: reset\n", connection);
}

int main(int argc, char **argv) {
    static SOCKET sockets[1 + CONNECTIONS_MAX];
    WSADATA data;
    unsigned short port;
    int connections, connection, message, bytes = 0;

    if (argc < 2) {
        printf("usage: %s PORT [CONNECTIONS [rude]]\n", argv[0]);
        return EXIT_FAILURE;
    }
    setvbuf(stdout, NULL, _IONBF, 0);
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0) fail("WSAStartup");
    port = (unsigned short)atoi(argv[1]);
    connections = argc > 2 ? atoi(argv[2]) : 3;
    if (connections < 0 || connections > CONNECTIONS_MAX) connections = CONNECTIONS_MAX;

    /* The first message goes out at once, so that the server meets the clients in their order. */
    for (connection = 1; connection <= connections; connection++) {
        sockets[connection] = connect_to(port);
        echo(sockets[connection], connection, 0);
    }
    for (message = 1; message < SIZES; message++)
        for (connection = 1; connection <= connections; connection++)
            echo(sockets[connection], connection, message);
    for (message = 0; message < SIZES; message++) bytes += sizes[message];
    for (connection = 1; connection <= connections; connection++)
        leave(sockets[connection], connection, bytes);

    if (argc > 3 && strcmp(argv[3], "rude") == 0) {
        SOCKET socket = connect_to(port);
        echo(socket, connection, 1);
        leave_rudely(socket, connection);
    }
    printf("all is well\n");
    WSACleanup();
    return EXIT_SUCCESS;
}
