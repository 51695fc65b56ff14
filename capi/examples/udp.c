/* Echo server for datagrams.
 *
 *     udp PORT [CLIENTS]
 *
 * PORT 0 takes a free port. A client that has no more to say sends an empty datagram; the server
 * ends when CLIENTS clients have (0: never), or at Ctrl-C.
 *
 *     recvfrom ─▶ sendto ─▶ recvfrom …
 *
 * One socket serves everybody: there are no connections, and each datagram tells where it came
 * from. A datagram is received whole or not at all: what does not fit in the buffer is lost, and
 * recvfrom says WSAEMSGSIZE.
 */
#include <winsock2.h>
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>

enum { BUFFER_BYTES = 1024 };

static SOCKET server;

static void fail(const char *call) {
    printf("%s: error %d\n", call, WSAGetLastError());
    exit(EXIT_FAILURE);
}

static SOCKET open_at(unsigned short port) {
    SOCKADDR_IN address = {0};
    SOCKET made = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    if (made == INVALID_SOCKET) fail("socket");
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(made, (SOCKADDR *)&address, sizeof address) == SOCKET_ERROR) fail("bind");
    return made;
}

/* To be called when the server is ready for anything, Ctrl-C too. */
static void announce(SOCKET socket) {
    SOCKADDR_IN address;
    int length = sizeof address;
    if (getsockname(socket, (SOCKADDR *)&address, &length) == SOCKET_ERROR) fail("getsockname");
    printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
}

/* Closing the socket is what gets main out of recvfrom. */
static BOOL WINAPI on_control(DWORD event) {
    (void)event;
    closesocket(server);
    return TRUE;
}

int main(int argc, char **argv) {
    WSADATA data;
    char buffer[BUFFER_BYTES];
    int clients_max, clients_left = 0;
    long long bytes_total = 0;

    if (argc < 2) {
        printf("usage: %s PORT [CLIENTS]\n", argv[0]);
        return EXIT_FAILURE;
    }
    setvbuf(stdout, NULL, _IONBF, 0);
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0) fail("WSAStartup");
    clients_max = argc > 2 ? atoi(argv[2]) : 0;
    server = open_at((unsigned short)atoi(argv[1]));
    SetConsoleCtrlHandler(on_control, TRUE);
    announce(server);

    while (clients_max == 0 || clients_left < clients_max) {
        SOCKADDR_IN from;
        int length = sizeof from;
        int got = recvfrom(server, buffer, sizeof buffer, 0, (SOCKADDR *)&from, &length);
        if (got == SOCKET_ERROR) {
            int error = WSAGetLastError();
            if (error == WSAEMSGSIZE) {
                printf("a datagram of more than %d bytes: error %d\n", BUFFER_BYTES, error);
            } else if (error != WSAECONNRESET) {
                /* WSAECONNRESET: an answer found nobody, long ago. That is no reason to end. */
                break;
            }
            continue;
        }
        printf("%d bytes from %s\n", got, inet_ntoa(from.sin_addr));
        if (sendto(server, buffer, got, 0, (SOCKADDR *)&from, length) == SOCKET_ERROR)
            fail("sendto");
        bytes_total += got;
        if (got == 0) clients_left++;
    }
    printf("served %d clients, %lld bytes\n", clients_left, bytes_total);
    closesocket(server);
    WSACleanup();
    return EXIT_SUCCESS;
}
