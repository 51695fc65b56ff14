/* Client of the datagram server: sends, waits for the echo, and sends again what got lost.
 *
 *     udp_client PORT
 *
 * Connecting a datagram socket sends nothing: it chooses who is sent to, and whose datagrams are
 * received. Who wants an answer needs patience with an end (SO_RCVTIMEO), for datagrams may be
 * lost.
 */
#include <winsock2.h>
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES_MAX = 2000, TRIES_MAX = 5, PATIENCE_MS = 2000 };

static void fail(const char *call) {
    printf("%s: error %d\n", call, WSAGetLastError());
    exit(EXIT_FAILURE);
}

static SOCKET open_to(unsigned short port) {
    SOCKADDR_IN address = {0};
    DWORD patience = PATIENCE_MS;
    SOCKET made = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    if (made == INVALID_SOCKET) fail("socket");
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = inet_addr("127.0.0.1");
    if (connect(made, (SOCKADDR *)&address, sizeof address) == SOCKET_ERROR) fail("connect");
    if (setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, (char *)&patience, sizeof patience))
        fail("SO_RCVTIMEO");
    return made;
}

static void send_bytes(SOCKET socket, const char *bytes, int count) {
    if (send(socket, bytes, count, 0) != count) fail("send");
}

static void echo(SOCKET socket, int size) {
    char out[BYTES_MAX], in[BYTES_MAX];
    int at, got, tries;

    for (at = 0; at < size; at++) out[at] = (char)(size + at * 7);
    for (tries = 0; tries < TRIES_MAX; tries++) {
        send_bytes(socket, out, size);
        got = recv(socket, in, sizeof in, 0);
        if (got == SOCKET_ERROR && WSAGetLastError() == WSAETIMEDOUT) continue;
        if (got == SOCKET_ERROR) fail("recv");
        if (got == size && memcmp(in, out, size) == 0)
            printf("%d bytes came back\n", size);
        else
            printf("%d bytes came back wrong, as %d\n", size, got);
        return;
    }
    printf("%d bytes never came back\n", size);
    exit(EXIT_FAILURE);
}

int main(int argc, char **argv) {
    static const char too_long[BYTES_MAX];
    static const int sizes[] = {1, 100, 1024};
    WSADATA data;
    SOCKET socket;
    size_t at;

    if (argc < 2) {
        printf("usage: %s PORT\n", argv[0]);
        return EXIT_FAILURE;
    }
    setvbuf(stdout, NULL, _IONBF, 0);
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0) fail("WSAStartup");
    socket = open_to((unsigned short)atoi(argv[1]));
    for (at = 0; at < sizeof sizes / sizeof sizes[0]; at++) echo(socket, sizes[at]);
    send_bytes(socket, too_long, sizeof too_long);
    printf("%d bytes sent, and no answer hoped for\n", (int)sizeof too_long);
    echo(socket, 0); /* that was all */
    closesocket(socket);
    WSACleanup();
    return EXIT_SUCCESS;
}
