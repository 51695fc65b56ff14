/* What Linux' headers and libraries have and Windows' have not is a program's own, of any type: and
   the library does not call it. winsock2.h is all that is included for threads, events and the rest. */
#include <winsock2.h>
#include <stdio.h>
#include <string.h>
#include "check.h"

int index = 3;
int rindex;
int link, pause, alarm;
double sync;
SOCKET pipe;
static int called;

struct timezone {
    int tz_minuteswest;
    int tz_dsttime;
};
int gettimeofday(struct timeval *now, struct timezone *zone) {
    (void)zone;
    now->tv_sec = now->tv_usec = ++called;
    return 0;
}
static void usleep(__int64 microseconds) {
    Sleep((DWORD)(microseconds / 1000)); /* not synchronisation: a program's own usleep */
}
static char *strsep(char **text, const char *separators) {
    (void)separators;
    return *text;
}
int read(SOCKET s, char *to, int count) {
    called++;
    return recv(s, to, count, 0);
}
int write(SOCKET s, const char *from, int count) {
    called++;
    return send(s, from, count, 0);
}
int close(SOCKET s) {
    called++;
    return closesocket(s);
}

static DWORD WINAPI answer(LPVOID listener) {
    char text[8];
    SOCKET s = accept((SOCKET)listener, NULL, NULL);
    int count = read(s, text, sizeof text);
    write(s, text, count);
    close(s);
    return (DWORD)count;
}

int main(void) {
    WSADATA data;
    struct sockaddr_in address;
    int length = sizeof address;
    char text[8] = "", *rest = text;
    struct timeval now;
    CRITICAL_SECTION section;
    InitializeCriticalSection(&section);
    CHECK(WSAStartup(MAKEWORD(2, 2), &data) == 0);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    SOCKET listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(listener, (SOCKADDR *)&address, sizeof address) == 0 && listen(listener, 5) == 0);
    CHECK(getsockname(listener, (SOCKADDR *)&address, &length) == 0);
    HANDLE thread = CreateThread(NULL, 0, answer, (LPVOID)listener, 0, NULL);
    pipe = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(connect(pipe, (SOCKADDR *)&address, sizeof address) == 0);
    CHECK(write(pipe, "hello", 5) == 5 && read(pipe, text, sizeof text) == 5);
    CHECK(memcmp(text, "hello", 5) == 0);
    CHECK(WaitForSingleObject(thread, INFINITE) == WAIT_OBJECT_0);
    close(pipe);
    close(listener);
    CloseHandle(thread);
    CHECK(called == 7);
    CHECK(gettimeofday(&now, NULL) == 0 && now.tv_sec == 8);
    usleep(1000);
    CHECK(strsep(&rest, "l") == text && index == 3 && tolower('A') == 'a');
    WSACleanup();
    printf("%d wrong\n", wrong);
    return wrong;
}
