/* What holds in every order of includes: Windows' numbers and sizes, whatever libc said of the same
   names. */
#include <stddef.h>
#ifdef __cplusplus
#define CHECK(what) static_assert(what, #what)
#else
#define CHECK(what) _Static_assert(what, #what)
#endif

CHECK(sizeof(DWORD) == 4);
CHECK(sizeof(LONG) == 4);
CHECK(sizeof(ULONG) == 4);
CHECK(sizeof(u_long) == 4);
CHECK(sizeof(BOOL) == 4);
CHECK(sizeof(HANDLE) == 8);
CHECK(sizeof(SOCKET) == 8);
CHECK(sizeof(OVERLAPPED) == 32);
CHECK(sizeof(WSABUF) == 16);
CHECK(sizeof(WSADATA) == 408);
CHECK(sizeof(fd_set) == 520);
CHECK(sizeof(struct sockaddr_in) == 16);
CHECK(sizeof(struct sockaddr_storage) == 128);
CHECK(sizeof(struct linger) == 4);
CHECK(sizeof(WSAPOLLFD) == 16);
CHECK(offsetof(WSAPOLLFD, events) == 8);
CHECK(offsetof(struct hostent, h_addr_list) == 24);
CHECK(FD_SETSIZE == 64);
CHECK(AF_INET6 == 23);
CHECK(SOL_SOCKET == 0xffff);
CHECK(SO_REUSEADDR == 4);
CHECK(SO_RCVTIMEO == 0x1006);
CHECK(FIONBIO == 0x8004667e);
CHECK(MSG_WAITALL == 8);
CHECK(POLLIN == 0x300);
CHECK(WSAEWOULDBLOCK == 10035);
CHECK(INVALID_SOCKET == ~(SOCKET)0);
CHECK(sizeof(((struct in_addr *)0)->S_un.S_addr) == 4);

int uses(SOCKET s);
int uses(SOCKET s) {
    fd_set set;
    struct timeval time = {1, 0};
    struct sockaddr_in address;
    int length = sizeof address;
    u_long on = 1;
    char name[16];
    FD_ZERO(&set);
    FD_SET(s, &set);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_addr.S_un.S_un_b.s_b1 = 127;
    if (connect(s, (struct sockaddr *)&address, sizeof address) == SOCKET_ERROR)
        return WSAGetLastError();
    if (accept(s, (struct sockaddr *)&address, &length) == INVALID_SOCKET)
        return WSAGetLastError();
    if (gethostname(name, sizeof name) || ioctlsocket(s, FIONBIO, &on))
        return WSAGetLastError();
    return select(0, &set, NULL, NULL, &time) + send(s, name, 1, 0) + recv(s, name, 1, MSG_PEEK) +
           FD_ISSET(s, &set) + shutdown(s, SD_BOTH) + closesocket(s);
}
