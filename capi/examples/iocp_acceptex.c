/* Echo server on a completion port that accepts by AcceptEx and sends from a queue.
 *
 *     iocp_acceptex PORT [CLIENTS]
 *
 * PORT 0 takes a free port. The server ends when CLIENTS clients have come and gone (0: never), or
 * at Ctrl-C.
 *
 *     accepted ─▶ first receive; the next accept
 *     received ─▶ into the queue ─▶ no send under way? send all that is queued; the next receive
 *     sent     ─▶ something queued meanwhile? send it
 *
 * What iocp.c leaves out:
 *   - Accepts are operations like all others. Some are always under way, so that clients that come
 *     together need not wait, and no thread is kept for them.
 *   - Receiving and sending go on side by side, but there is at most one send at a time: sends of
 *     two workers could overtake each other. What is to go meanwhile waits, and goes in one call.
 *   - A client that sends and does not read must not fill the memory: receiving pauses.
 *   - A session lives as long as somebody holds a reference: here, an operation under way.
 */
#include <winsock2.h>
#include <mswsock.h>
#include <ws2tcpip.h>
#include <windows.h>
#include <process.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BUFFER_BYTES = 4096,
    ACCEPTS = 4,
    ADDRESS_BYTES = sizeof(SOCKADDR_IN) + 16, /* AcceptEx wants 16 bytes more */
    QUEUE_BYTES_MAX = 64 * 1024,
    BLOCKS_PER_SEND = 16,
    WORKERS_MAX = MAXIMUM_WAIT_OBJECTS
};

typedef enum { ACCEPT, RECEIVE, SEND } Kind;

typedef struct {
    OVERLAPPED overlapped;
    Kind kind;
} Operation;

typedef struct {
    Operation operation;
    SOCKET socket;
    char addresses[2 * ADDRESS_BYTES]; /* ours and the client's */
} Acceptance;

typedef struct Block {
    struct Block *next;
    DWORD bytes;
    char data[BUFFER_BYTES];
} Block;

typedef struct {
    Operation receive, send;
    SOCKET socket;
    int number; /* from 1, in the order of arrival */
    volatile LONG references;
    Block *filling; /* where the receive goes */
    CRITICAL_SECTION lock; /* guards what follows */
    Block *first, *last;
    DWORD queued_bytes;
    int blocks_under_way; /* the first ones are being sent: 0 when there is no send */
    BOOL is_paused;
    long long bytes;
    DWORD error;
} Session;

static HANDLE port, stop;
static SOCKET listener;
static LPFN_ACCEPTEX accept_ex;
static LPFN_GETACCEPTEXSOCKADDRS get_accept_ex_sockaddrs;
static int clients_max;
static volatile LONG clients_come, clients_left;
static volatile LONG64 bytes_total;

static void fail(const char *call) {
    printf("%s: error %lu\n", call, (unsigned long)GetLastError());
    exit(EXIT_FAILURE);
}

static SOCKET make_socket(void) {
    SOCKET made = WSASocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, WSA_FLAG_OVERLAPPED);
    if (made == INVALID_SOCKET) fail("WSASocket");
    return made;
}

static SOCKET listen_on(unsigned short number) {
    SOCKADDR_IN address = {0};
    SOCKET made = make_socket();
    address.sin_family = AF_INET;
    address.sin_port = htons(number);
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

/* AcceptEx belongs to the provider of the socket: programs ask that for the function. */
static void load_extensions(void) {
    GUID accept_guid = WSAID_ACCEPTEX, addresses_guid = WSAID_GETACCEPTEXSOCKADDRS;
    DWORD bytes;
    if (WSAIoctl(listener, SIO_GET_EXTENSION_FUNCTION_POINTER, &accept_guid, sizeof accept_guid,
                 &accept_ex, sizeof accept_ex, &bytes, NULL, NULL) ||
        WSAIoctl(listener, SIO_GET_EXTENSION_FUNCTION_POINTER, &addresses_guid,
                 sizeof addresses_guid, &get_accept_ex_sockaddrs, sizeof get_accept_ex_sockaddrs,
                 &bytes, NULL, NULL))
        fail("WSAIoctl");
}

static BOOL WINAPI on_control(DWORD event) {
    (void)event;
    SetEvent(stop);
    return TRUE;
}

static void *allocate(size_t bytes) {
    void *made = calloc(1, bytes);
    if (made == NULL) fail("calloc");
    return made;
}

/* Whether an operation has begun, by what its call has returned. */
static BOOL has_begun(BOOL done_at_once) {
    return done_at_once || WSAGetLastError() == WSA_IO_PENDING;
}

/* ---- sessions -------------------------------------------------------------------------------- */

static void release(Session *session) {
    if (InterlockedDecrement(&session->references) > 0) return;
    if (session->error == 0)
        printf("client %d left after %lld bytes\n", session->number, session->bytes);
    else
        printf("client %d lost after %lld bytes: error %lu\n", session->number, session->bytes,
               (unsigned long)session->error);
    InterlockedExchangeAdd64(&bytes_total, session->bytes);
    closesocket(session->socket);
    while (session->first != NULL) {
        Block *block = session->first;
        session->first = block->next;
        free(block);
    }
    free(session->filling);
    DeleteCriticalSection(&session->lock);
    free(session);
    if (InterlockedIncrement(&clients_left) == clients_max) SetEvent(stop);
}

/* The first error counts. It also ends what else is under way. */
static void break_off(Session *session, DWORD error) {
    EnterCriticalSection(&session->lock);
    if (session->error == 0) session->error = error;
    LeaveCriticalSection(&session->lock);
    CancelIoEx((HANDLE)session->socket, NULL);
}

static void begin_receive(Session *session) {
    WSABUF wanted;
    DWORD flags = 0;
    if (session->filling == NULL) session->filling = allocate(sizeof *session->filling);
    wanted.buf = session->filling->data;
    wanted.len = BUFFER_BYTES;
    ZeroMemory(&session->receive.overlapped, sizeof session->receive.overlapped);
    InterlockedIncrement(&session->references);
    if (!has_begun(WSARecv(session->socket, &wanted, 1, NULL, &flags, &session->receive.overlapped,
                           NULL) == 0)) {
        break_off(session, WSAGetLastError());
        release(session);
    }
}

/* Sends the first blocks of the queue in one call. The caller holds the lock, and no send is under
 * way. The blocks stay in the queue until they are sent. */
static void begin_send(Session *session) {
    WSABUF wanted[BLOCKS_PER_SEND];
    Block *block = session->first;
    DWORD count = 0;
    for (; block != NULL && count < BLOCKS_PER_SEND; block = block->next) {
        wanted[count].buf = block->data;
        wanted[count].len = block->bytes;
        count++;
    }
    session->blocks_under_way = (int)count;
    ZeroMemory(&session->send.overlapped, sizeof session->send.overlapped);
    InterlockedIncrement(&session->references);
    if (!has_begun(WSASend(session->socket, wanted, count, NULL, 0, &session->send.overlapped,
                           NULL) == 0)) {
        session->blocks_under_way = 0;
        break_off(session, WSAGetLastError());
        release(session); /* the caller's own operation keeps the session alive */
    }
}

static void on_received(Session *session, DWORD bytes) {
    Block *block = session->filling;
    BOOL goes_on;

    if (bytes == 0) return; /* no more to receive; sends may be under way still */
    session->filling = NULL;
    block->bytes = bytes;
    EnterCriticalSection(&session->lock);
    if (session->first == NULL)
        session->first = block;
    else
        session->last->next = block;
    session->last = block;
    session->queued_bytes += bytes;
    if (session->blocks_under_way == 0) begin_send(session);
    session->is_paused = session->queued_bytes >= QUEUE_BYTES_MAX;
    goes_on = !session->is_paused && session->error == 0;
    LeaveCriticalSection(&session->lock);
    if (goes_on) begin_receive(session);
}

static void on_sent(Session *session, DWORD bytes) {
    BOOL resumes;

    EnterCriticalSection(&session->lock);
    session->bytes += bytes;
    session->queued_bytes -= bytes;
    for (; session->blocks_under_way > 0; session->blocks_under_way--) {
        Block *block = session->first;
        session->first = block->next;
        free(block);
    }
    if (session->first != NULL && session->error == 0) begin_send(session);
    resumes = session->is_paused && session->queued_bytes < QUEUE_BYTES_MAX && session->error == 0;
    if (resumes) session->is_paused = FALSE;
    LeaveCriticalSection(&session->lock);
    if (resumes) begin_receive(session);
}

/* ---- accepts --------------------------------------------------------------------------------- */

static void begin_accept(Acceptance *acceptance) {
    DWORD bytes;
    ZeroMemory(acceptance, sizeof *acceptance);
    acceptance->operation.kind = ACCEPT;
    acceptance->socket = make_socket();
    if (!has_begun(accept_ex(listener, acceptance->socket, acceptance->addresses, 0, ADDRESS_BYTES,
                             ADDRESS_BYTES, &bytes, &acceptance->operation.overlapped))) {
        closesocket(acceptance->socket); /* the listener is closed: the server ends */
        free(acceptance);
    }
}

static void on_accepted(Acceptance *acceptance) {
    Session *session = allocate(sizeof *session);
    SOCKADDR *ours, *theirs;
    int our_length, their_length;
    char text[INET_ADDRSTRLEN];

    session->socket = acceptance->socket;
    session->number = (int)InterlockedIncrement(&clients_come);
    session->references = 1;
    session->receive.kind = RECEIVE;
    session->send.kind = SEND;
    InitializeCriticalSection(&session->lock);

    /* Until this is set the socket does not know that it is connected: shutdown would fail. */
    if (setsockopt(session->socket, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (char *)&listener,
                   sizeof listener))
        fail("SO_UPDATE_ACCEPT_CONTEXT");
    get_accept_ex_sockaddrs(acceptance->addresses, 0, ADDRESS_BYTES, ADDRESS_BYTES, &ours,
                            &our_length, &theirs, &their_length);
    inet_ntop(AF_INET, &((SOCKADDR_IN *)theirs)->sin_addr, text, sizeof text);
    printf("client %d connected from %s\n", session->number, text);
    if (CreateIoCompletionPort((HANDLE)session->socket, port, (ULONG_PTR)session, 0) == NULL)
        fail("CreateIoCompletionPort");
    begin_receive(session);
    release(session);
    begin_accept(acceptance);
}

/* ---- workers --------------------------------------------------------------------------------- */

/* One packet. `error` is 0 for an operation that went well. */
static void handle(ULONG_PTR key, Operation *operation, DWORD bytes, DWORD error) {
    Session *session = (Session *)key;

    if (operation->kind == ACCEPT) {
        Acceptance *acceptance = CONTAINING_RECORD(operation, Acceptance, operation);
        if (error == 0) {
            on_accepted(acceptance);
        } else {
            closesocket(acceptance->socket);
            begin_accept(acceptance);
        }
        return;
    }
    if (error != 0)
        break_off(session, error);
    else if (operation->kind == RECEIVE)
        on_received(session, bytes);
    else
        on_sent(session, bytes);
    release(session);
}

static unsigned __stdcall work(void *argument) {
    (void)argument;
    for (;;) {
        DWORD bytes = 0;
        ULONG_PTR key = 0;
        OVERLAPPED *overlapped = NULL;
        BOOL good = GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, INFINITE);
        DWORD error = good ? 0 : GetLastError();
        if (overlapped == NULL) {
            if (!good) fail("GetQueuedCompletionStatus");
            return 0; /* the packet that main posts at the end */
        }
        handle(key, CONTAINING_RECORD(overlapped, Operation, overlapped), bytes, error);
    }
}

int main(int argc, char **argv) {
    WSADATA data;
    SYSTEM_INFO system;
    HANDLE workers[WORKERS_MAX];
    DWORD count, at;

    if (argc < 2) {
        printf("usage: %s PORT [CLIENTS]\n", argv[0]);
        return EXIT_FAILURE;
    }
    setvbuf(stdout, NULL, _IONBF, 0);
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0) fail("WSAStartup");
    clients_max = argc > 2 ? atoi(argv[2]) : 0;
    stop = CreateEvent(NULL, TRUE, FALSE, NULL);
    if (stop == NULL) fail("CreateEvent");
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    if (port == NULL) fail("CreateIoCompletionPort");
    GetSystemInfo(&system);
    count = system.dwNumberOfProcessors * 2;
    if (count > WORKERS_MAX) count = WORKERS_MAX;
    for (at = 0; at < count; at++) {
        workers[at] = (HANDLE)_beginthreadex(NULL, 0, work, NULL, 0, NULL);
        if (workers[at] == NULL) fail("_beginthreadex");
    }
    listener = listen_on((unsigned short)atoi(argv[1]));
    load_extensions();
    if (CreateIoCompletionPort((HANDLE)listener, port, 0, 0) == NULL)
        fail("CreateIoCompletionPort");
    for (at = 0; at < ACCEPTS; at++) begin_accept(allocate(sizeof(Acceptance)));
    SetConsoleCtrlHandler(on_control, TRUE);
    announce(listener);

    WaitForSingleObject(stop, INFINITE);
    closesocket(listener);
    for (at = 0; at < count; at++) PostQueuedCompletionStatus(port, 0, 0, NULL);
    WaitForMultipleObjects(count, workers, TRUE, INFINITE);
    for (at = 0; at < count; at++) CloseHandle(workers[at]);
    CloseHandle(port);
    CloseHandle(stop);
    printf("served %ld clients, %lld bytes\n", (long)clients_left, (long long)bytes_total);
    WSACleanup();
    return EXIT_SUCCESS;
}
