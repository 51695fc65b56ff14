/* Echo server on WSAPoll: select without its limit of 64 sockets, and without sets to refill.
 *
 *     wsapoll PORT [CLIENTS]
 *
 * PORT 0 takes a free port. The server ends when CLIENTS clients have come and gone (0: never), or
 * at Ctrl-C.
 *
 *     asked[0]       the listener             POLLRDNORM
 *     asked[n]       the socket of client n   POLLRDNORM, or POLLWRNORM while bytes must go back
 *
 * Windows looks at each socket of the array in each call, as poll does elsewhere: the cost grows
 * with the clients that are connected, not with those that talk.
 */
#include <winsock2.h>
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>

enum { BUFFER_BYTES = 4096, CLIENTS_AT_ONCE = 1000 };

typedef struct {
    int number; /* from 1, in the order of arrival */
    int begin, end; /* what has come and must go back: buffer[begin .. end] */
    long long bytes;
    char buffer[BUFFER_BYTES];
} Client;

static WSAPOLLFD asked[1 + CLIENTS_AT_ONCE];
static Client *clients[1 + CLIENTS_AT_ONCE];
static ULONG count; /* of both arrays, with the listener */
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

static void ask(SOCKET socket, Client *client) {
    asked[count].fd = socket;
    asked[count].events = POLLRDNORM;
    asked[count].revents = 0;
    clients[count] = client;
    count++;
}

static void take_client(void) {
    static int number;
    u_long yes = 1;
    SOCKET socket = accept(asked[0].fd, NULL, NULL);
    Client *client = calloc(1, sizeof *client);
    if (socket == INVALID_SOCKET) fail("accept");
    if (client == NULL) fail("calloc");
    if (ioctlsocket(socket, FIONBIO, &yes) == SOCKET_ERROR) fail("ioctlsocket");
    client->number = ++number;
    ask(socket, client);
    printf("client %d connected\n", client->number);
}

static void drop(ULONG at, int error) {
    Client *client = clients[at];
    if (error == 0)
        printf("client %d left after %lld bytes\n", client->number, client->bytes);
    else
        printf("client %d lost after %lld bytes: error %d\n", client->number, client->bytes, error);
    bytes_total += client->bytes;
    clients_left++;
    closesocket(asked[at].fd);
    free(client);
    count--;
    asked[at] = asked[count];
    clients[at] = clients[count];
}

static void receive(ULONG at) {
    Client *client = clients[at];
    int got = recv(asked[at].fd, client->buffer, BUFFER_BYTES, 0);
    if (got > 0) {
        client->begin = 0;
        client->end = got;
        asked[at].events = POLLWRNORM;
    } else {
        drop(at, got == 0 ? 0 : WSAGetLastError());
    }
}

static void send_back(ULONG at) {
    Client *client = clients[at];
    int sent = send(asked[at].fd, client->buffer + client->begin, client->end - client->begin, 0);
    if (sent == SOCKET_ERROR) {
        drop(at, WSAGetLastError());
        return;
    }
    client->begin += sent;
    client->bytes += sent;
    if (client->begin == client->end) asked[at].events = POLLRDNORM;
}

static void serve_round(void) {
    int ready = WSAPoll(asked, count, 100); /* milliseconds; then Ctrl-C is looked for */
    ULONG at;

    if (ready == SOCKET_ERROR) fail("WSAPoll");
    if (ready == 0) return;
    for (at = count - 1; at > 0; at--) { /* backwards: drop puts the last one in a gap */
        /* POLLHUP and POLLERR come unasked: the call that fails or returns 0 says more. */
        if (asked[at].revents == 0) continue;
        if (asked[at].events == POLLWRNORM)
            send_back(at);
        else
            receive(at);
    }
    if (asked[0].revents != 0) take_client();
    asked[0].events = count <= CLIENTS_AT_ONCE ? POLLRDNORM : 0;
}

int main(int argc, char **argv) {
    WSADATA data;
    int clients_max;

    if (argc < 2) {
        printf("usage: %s PORT [CLIENTS]\n", argv[0]);
        return EXIT_FAILURE;
    }
    setvbuf(stdout, NULL, _IONBF, 0);
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0) fail("WSAStartup");
    clients_max = argc > 2 ? atoi(argv[2]) : 0;
    ask(listen_on((unsigned short)atoi(argv[1])), NULL);
    SetConsoleCtrlHandler(on_control, TRUE);
    announce(asked[0].fd);

    while (!stopping && (clients_max == 0 || clients_left < clients_max)) serve_round();
    printf("served %d clients, %lld bytes\n", clients_left, bytes_total);
    closesocket(asked[0].fd);
    WSACleanup();
    return EXIT_SUCCESS;
}
