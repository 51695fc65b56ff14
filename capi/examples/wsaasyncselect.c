/* Echo server on WSAAsyncSelect: what happens to a socket arrives as a message to a window.
 *
 *     wsaasyncselect PORT [CLIENTS]
 *
 * PORT 0 takes a free port. The server ends when CLIENTS clients have come and gone (0: never), or
 * at Ctrl-C.
 *
 *     GetMessage ─▶ DispatchMessage ─▶ on_message: WM_SOCKET   wParam: the socket
 *                                                              lParam: the event and its error
 *
 * The model of programs that have a window anyway: no second thread, no wait beside the message
 * loop. This one has a message-only window, which nobody sees.
 */
#include <winsock2.h>
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>

enum { BUFFER_BYTES = 4096, WM_SOCKET = WM_APP };

typedef struct Client {
    struct Client *next;
    SOCKET socket;
    int number; /* from 1, in the order of arrival */
    int begin, end; /* what has come and must go back: buffer[begin .. end] */
    long long bytes;
    char buffer[BUFFER_BYTES];
} Client;

static HWND window;
static Client *clients;
static int clients_left, clients_max;
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

/* Runs on a thread of its own, which must not destroy another thread's window: it asks. */
static BOOL WINAPI on_control(DWORD event) {
    (void)event;
    PostMessage(window, WM_CLOSE, 0, 0);
    return TRUE;
}

static void take_client(SOCKET listener) {
    static int number;
    Client *client;
    SOCKET socket = accept(listener, NULL, NULL);

    if (socket == INVALID_SOCKET) {
        if (WSAGetLastError() != WSAEWOULDBLOCK) fail("accept");
        return;
    }
    client = calloc(1, sizeof *client);
    if (client == NULL) fail("calloc");
    client->socket = socket;
    client->number = ++number;
    client->next = clients;
    clients = client;
    printf("client %d connected\n", client->number);
    if (WSAAsyncSelect(socket, window, WM_SOCKET, FD_READ | FD_WRITE | FD_CLOSE))
        fail("WSAAsyncSelect");
}

static void drop(Client *client, int error) {
    Client **link = &clients;
    if (error == 0)
        printf("client %d left after %lld bytes\n", client->number, client->bytes);
    else
        printf("client %d lost after %lld bytes: error %d\n", client->number, client->bytes, error);
    while (*link != client) link = &(*link)->next;
    *link = client->next;
    bytes_total += client->bytes;
    closesocket(client->socket);
    free(client);
    if (++clients_left == clients_max) PostMessage(window, WM_CLOSE, 0, 0);
}

/* Sends and receives in turn until the socket would block, or the client is gone. */
static void move_bytes(Client *client) {
    for (;;) {
        BOOL sends = client->begin < client->end;
        char *from = client->buffer + client->begin;
        int moved = sends ? send(client->socket, from, client->end - client->begin, 0)
                          : recv(client->socket, client->buffer, BUFFER_BYTES, 0);
        if (moved == SOCKET_ERROR) {
            int error = WSAGetLastError();
            if (error != WSAEWOULDBLOCK) drop(client, error);
            return;
        }
        if (sends) {
            client->begin += moved;
            client->bytes += moved;
        } else if (moved == 0) {
            drop(client, 0);
            return;
        } else {
            client->begin = 0;
            client->end = moved;
        }
    }
}

/* A message may be older than the end of its socket: then no client has that socket any more. */
static void on_socket(SOCKET socket, WORD event, WORD error) {
    Client *client = clients;
    if (event == FD_ACCEPT) {
        if (error == 0) take_client(socket);
        return;
    }
    while (client != NULL && client->socket != socket) client = client->next;
    if (client == NULL) return;
    if (error != 0)
        drop(client, error);
    else
        move_bytes(client);
}

static LRESULT CALLBACK on_message(HWND on, UINT message, WPARAM wide, LPARAM longer) {
    switch (message) {
    case WM_SOCKET:
        on_socket((SOCKET)wide, WSAGETSELECTEVENT(longer), WSAGETSELECTERROR(longer));
        return 0;
    case WM_DESTROY:
        PostQuitMessage(0);
        return 0;
    default:
        return DefWindowProc(on, message, wide, longer); /* WM_CLOSE destroys the window */
    }
}

static HWND make_window(void) {
    WNDCLASS class = {0};
    HWND made;
    class.lpfnWndProc = on_message;
    class.hInstance = GetModuleHandle(NULL);
    class.lpszClassName = TEXT("echo server");
    if (RegisterClass(&class) == 0) fail("RegisterClass");
    made = CreateWindowEx(0, class.lpszClassName, TEXT("echo"), 0, 0, 0, 0, 0, HWND_MESSAGE, NULL,
                          class.hInstance, NULL);
    if (made == NULL) fail("CreateWindowEx");
    return made;
}

int main(int argc, char **argv) {
    WSADATA data;
    SOCKET listener;
    MSG message;

    if (argc < 2) {
        printf("usage: %s PORT [CLIENTS]\n", argv[0]);
        return EXIT_FAILURE;
    }
    setvbuf(stdout, NULL, _IONBF, 0);
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0) fail("WSAStartup");
    clients_max = argc > 2 ? atoi(argv[2]) : 0;
    window = make_window();
    listener = listen_on((unsigned short)atoi(argv[1]));
    if (WSAAsyncSelect(listener, window, WM_SOCKET, FD_ACCEPT)) fail("WSAAsyncSelect");
    SetConsoleCtrlHandler(on_control, TRUE);
    announce(listener);

    while (GetMessage(&message, NULL, 0, 0) > 0) {
        TranslateMessage(&message);
        DispatchMessage(&message);
    }
    printf("served %d clients, %lld bytes\n", clients_left, bytes_total);
    closesocket(listener);
    WSACleanup();
    return EXIT_SUCCESS;
}
