/* File server: TransmitFile sends a file without bringing it into the program.
 *
 *     file_server PORT FOLDER [CLIENTS]
 *
 * PORT 0 takes a free port. The server ends when CLIENTS clients have come and gone (0: never), or
 * at Ctrl-C.
 *
 *     client    NAME\n                     server    size BYTES\n, and the bytes
 *                                          or        none\n
 *
 * A client may ask for many files on one connection. The line before the file goes with it, in the
 * same call: that is what the head of TRANSMIT_FILE_BUFFERS is for.
 */
#include <winsock2.h>
#include <mswsock.h>
#include <windows.h>
#include <process.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES_MAX = 100, PATH_BYTES_MAX = 1024 };

typedef struct {
    SOCKET socket;
    int number; /* from 1, in the order of arrival */
} Client;

static const char *folder;
static SOCKET listener;
static int clients_max;
static volatile LONG clients_left;
static volatile LONG64 bytes_total;

static void fail(const char *call) {
    printf("%s: error %lu\n", call, (unsigned long)GetLastError());
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

/* Receives one line, without its end. FALSE when there is none, or it is too long. */
static BOOL receive_line(SOCKET socket, char *line, int size) {
    int have;
    for (have = 0; have < size; have++) {
        if (recv(socket, &line[have], 1, 0) != 1) return FALSE;
        if (line[have] == '\n') {
            line[have] = '\0';
            return TRUE;
        }
    }
    return FALSE;
}

/* The file, or INVALID_HANDLE_VALUE: also for a name that leads out of the folder. */
static HANDLE open_file(const char *name) {
    char path[PATH_BYTES_MAX];
    if (name[0] == '\0' || strpbrk(name, "/\\:") != NULL || strcmp(name, "..") == 0)
        return INVALID_HANDLE_VALUE;
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        return INVALID_HANDLE_VALUE;
    return CreateFileA(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING,
                       FILE_ATTRIBUTE_NORMAL | FILE_FLAG_SEQUENTIAL_SCAN, NULL);
}

/* Answers one request; whether the client can be asked for another. */
static BOOL answer(Client *client, const char *name) {
    static const char none[] = "none\n";
    char head[64];
    TRANSMIT_FILE_BUFFERS around = {0};
    LARGE_INTEGER size;
    HANDLE file = open_file(name);
    BOOL sent;

    if (file == INVALID_HANDLE_VALUE) {
        printf("client %d: %s is not here\n", client->number, name);
        return send(client->socket, none, sizeof none - 1, 0) != SOCKET_ERROR;
    }
    if (!GetFileSizeEx(file, &size)) fail("GetFileSizeEx");
    printf("client %d: %s, %lld bytes\n", client->number, name, (long long)size.QuadPart);
    around.Head = head;
    around.HeadLength = (DWORD)snprintf(head, sizeof head, "size %lld\n", (long long)size.QuadPart);
    /* 0 bytes stands for the whole file, 0 bytes at a time for what Windows finds best. */
    sent = TransmitFile(client->socket, file, 0, 0, NULL, &around, 0);
    if (sent)
        InterlockedExchangeAdd64(&bytes_total, size.QuadPart);
    else
        printf("client %d: TransmitFile: error %d\n", client->number, WSAGetLastError());
    CloseHandle(file);
    return sent;
}

static unsigned __stdcall serve(void *argument) {
    Client *client = argument;
    char name[NAME_BYTES_MAX];
    while (receive_line(client->socket, name, sizeof name) && answer(client, name)) continue;
    printf("client %d left\n", client->number);
    closesocket(client->socket);
    free(client);
    if (InterlockedIncrement(&clients_left) == clients_max) closesocket(listener);
    return 0;
}

int main(int argc, char **argv) {
    WSADATA data;
    SOCKET socket;
    int number = 0;

    if (argc < 3) {
        printf("usage: %s PORT FOLDER [CLIENTS]\n", argv[0]);
        return EXIT_FAILURE;
    }
    setvbuf(stdout, NULL, _IONBF, 0);
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0) fail("WSAStartup");
    folder = argv[2];
    clients_max = argc > 3 ? atoi(argv[3]) : 0;
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
        CloseHandle(thread);
    }
    printf("served %ld clients, %lld bytes of files\n", (long)clients_left, (long long)bytes_total);
    WSACleanup();
    return EXIT_SUCCESS;
}
