/* Client of the file server: fetches files and tells their sizes and checksums.
 *
 *     file_client PORT NAME...
 */
#include <winsock2.h>
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(const char *call) {
    printf("%s: error %d\n", call, WSAGetLastError());
    exit(EXIT_FAILURE);
}

static SOCKET connect_to(unsigned short port) {
    SOCKADDR_IN address = {0};
    SOCKET made = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    if (made == INVALID_SOCKET) fail("socket");
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = inet_addr("127.0.0.1");
    if (connect(made, (SOCKADDR *)&address, sizeof address) == SOCKET_ERROR) fail("connect");
    return made;
}

static void send_all(SOCKET socket, const char *bytes) {
    if (send(socket, bytes, (int)strlen(bytes), 0) == SOCKET_ERROR) fail("send");
}

/* Receives at least one byte, or the program ends. */
static int receive(SOCKET socket, char *buffer, int size) {
    int got = recv(socket, buffer, size, 0);
    if (got == SOCKET_ERROR) fail("recv");
    if (got == 0) {
        printf("the server is gone\n");
        exit(EXIT_FAILURE);
    }
    return got;
}

static void fetch(SOCKET socket, const char *name) {
    static char buffer[16384];
    char line[64];
    long long size, left;
    unsigned long sum = 0; /* Adler-32 */
    unsigned a = 1, b = 0;
    int have = 0;

    send_all(socket, name);
    send_all(socket, "\n");
    do {
        receive(socket, &line[have], 1);
    } while (line[have] != '\n' && ++have < (int)sizeof line - 1);
    line[have] = '\0';
    if (sscanf(line, "size %lld", &size) != 1) {
        printf("%s: %s\n", name, line);
        return;
    }
    for (left = size; left > 0;) {
        int wanted = left < (int)sizeof buffer ? (int)left : (int)sizeof buffer;
        int at, got = receive(socket, buffer, wanted);
        for (at = 0; at < got; at++) {
            a = (a + (unsigned char)buffer[at]) % 65521;
            b = (b + a) % 65521;
        }
        left -= got;
    }
    sum = ((unsigned long)b << 16) | a;
    printf("%s: %lld bytes, checksum %08lx\n", name, size, sum);
}

int main(int argc, char **argv) {
    WSADATA data;
    SOCKET socket;
    int at;

    if (argc < 2) {
        printf("usage: %s PORT NAME...\n", argv[0]);
        return EXIT_FAILURE;
    }
    setvbuf(stdout, NULL, _IONBF, 0);
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0) fail("WSAStartup");
    socket = connect_to((unsigned short)atoi(argv[1]));
    for (at = 2; at < argc; at++) fetch(socket, argv[at]);
    closesocket(socket);
    WSACleanup();
    return EXIT_SUCCESS;
}
