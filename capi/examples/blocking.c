/* Echo server with calls that block: one thread for the listener, one for each client.
 *
 *     blocking PORT [CLIENTS]
 *
 * PORT 0 takes a free port. The server ends when CLIENTS clients have come and gone (0: never), or
 * at Ctrl-C.
 *
 *     main     accept ─▶ a thread for each client
 *     thread   recv ─▶ send ─▶ recv ─▶ …          until the client has nothing more to say
 *
 * The program reads as it runs, and that is the merit of this model. Its price is a stack and a
 * thread switch for each client, whether the client talks or not.
 */
#include <winsock2.h>
#include <windows.h>
#include <process.h>
#include <stdio.h>
#include <stdlib.h>

enum { BUFFER_BYTES = 4096 };

typedef struct {
    SOCKET socket;
    int number; /* from 1, in the order of arrival */
} Client;

static SOCKET listener;
static int clients_max;
static volatile LONG clients_left;
static volatile LONG64 bytes_total;

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

/* Closing the listener is what gets main out of accept. */
static BOOL WINAPI on_control(DWORD event) {
    (void)event;
    closesocket(listener);
    return TRUE;
}

/* A blocking send takes all it is given, or fails. */
static unsigned __stdcall serve(void *argument) {
    Client *client = argument;
    char buffer[BUFFER_BYTES];
    LONG64 bytes = 0;
    int got;

    while ((got = recv(client->socket, buffer, sizeof buffer, 0)) > 0) {
        if (send(client->socket, buffer, got, 0) == SOCKET_ERROR) {
            got = SOCKET_ERROR;
            break;
        }
        bytes += got;
    }
    if (got == 0)
        printf("client %d left after %lld bytes\n", client->number, (long long)bytes);
    else
        printf("client %d lost after %lld bytes: error %d\n", client->number, (long long)bytes,
               WSAGetLastError());
    InterlockedExchangeAdd64(&bytes_total, bytes);
    closesocket(client->socket);
    free(client);
    if (InterlockedIncrement(&clients_left) == clients_max) closesocket(listener);
    return 0;
}

int main(int argc, char **argv) {
    WSADATA data;
    SOCKET socket;
    int number = 0;

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

    while ((socket = accept(listener, NULL, NULL)) != INVALID_SOCKET) {
        Client *client = malloc(sizeof *client);
        HANDLE thread;
        if (client == NULL) fail("malloc");
        client->socket = socket;
        client->number = ++number;
        printf("client %d connected\n", client->number);
        thread = (HANDLE)_beginthreadex(NULL, 0, serve, client, 0, NULL);
        if (thread == NULL) fail("_beginthreadex");
        CloseHandle(thread); /* the thread runs on; nobody waits for it */
    }
    printf("served %ld clients, %lld bytes\n", (long)clients_left, (long long)bytes_total);
    WSACleanup();
    return EXIT_SUCCESS;
}
