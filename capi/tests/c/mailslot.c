/* Mailslots between this program and itself begun again; and sockets that nothing secures. */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mstcpip.h>
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "check.h"

static TCHAR own[MAX_PATH], name[100];

static HANDLE writer(LPCTSTR of) {
    return CreateFile(of, GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
                      FILE_ATTRIBUTE_NORMAL, NULL);
}

/* What a child does: says one thing. */
static int child(const char *slot) {
    DWORD count = 0;
    HANDLE end = CreateFileA(slot, GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                             OPEN_EXISTING, 0, NULL);
    return !(end != INVALID_HANDLE_VALUE && WriteFile(end, "from afar", 9, &count, NULL) &&
             count == 9);
}

static void between_processes(void) {
    TCHAR line[MAX_PATH * 2];
    char got[64];
    DWORD count = 99, code = 99, next = 99, messages = 99, most = 99, time = 99;
    STARTUPINFO start = {sizeof start};
    PROCESS_INFORMATION made;
    HANDLE slot = CreateMailslot(name, 100, MAILSLOT_WAIT_FOREVER, NULL);
    CHECK(slot != INVALID_HANDLE_VALUE);
    CHECK(GetMailslotInfo(slot, &most, &next, &messages, &time) && most == 100 &&
          next == MAILSLOT_NO_MESSAGE && messages == 0 && time == MAILSLOT_WAIT_FOREVER);
    CHECK(writer(TEXT("\\\\.\\mailslot\\there is no such mailslot")) == INVALID_HANDLE_VALUE &&
          GetLastError() == ERROR_FILE_NOT_FOUND);
    CHECK(CreateMailslot(name, 0, 0, NULL) == INVALID_HANDLE_VALUE &&
          GetLastError() == ERROR_ALREADY_EXISTS);
    CHECK(CreateMailslot(TEXT("mailslot\\plain"), 0, 0, NULL) == INVALID_HANDLE_VALUE &&
          GetLastError() == ERROR_INVALID_NAME);
    wsprintf(line, TEXT("\"%s\" %s"), own, name);
    CHECK(CreateProcess(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &start, &made));
    CHECK(ReadFile(slot, got, sizeof got, &count, NULL) && count == 9 &&
          memcmp(got, "from afar", 9) == 0);
    CHECK(WaitForSingleObject(made.hProcess, 20000) == WAIT_OBJECT_0);
    CHECK(GetExitCodeProcess(made.hProcess, &code) && code == 0);
    CHECK(SetMailslotInfo(slot, 0));
    CHECK(!ReadFile(slot, got, sizeof got, &count, NULL) && GetLastError() == ERROR_SEM_TIMEOUT);
    CHECK(CloseHandle(slot));
}

/* The textbook's: as many reads as there are messages. */
static void counted(void) {
    DWORD next, messages, count, read = 0;
    char text[32], expected[32];
    HANDLE slot = CreateMailslot(name, 0, 0, NULL), end = writer(name);
    CHECK(slot != INVALID_HANDLE_VALUE && end != INVALID_HANDLE_VALUE);
    for (int i = 0; i < 300; i++) { /* more than Linux keeps of datagrams */
        sprintf(text, "message %d", i);
        CHECK(WriteFile(end, text, (DWORD)strlen(text) + 1, &count, NULL));
        if (i % 100 == 0)
            CHECK(GetMailslotInfo(slot, NULL, &next, &messages, NULL) && next == 10 &&
                  messages == (DWORD)i + 1);
    }
    while (GetMailslotInfo(slot, NULL, &next, &messages, NULL) && next != MAILSLOT_NO_MESSAGE) {
        sprintf(expected, "message %lu", (unsigned long)read++);
        CHECK(ReadFile(slot, text, next, &count, NULL) && strcmp(text, expected) == 0);
    }
    CHECK(read == 300);
    CHECK(CloseHandle(end) && CloseHandle(slot));
}

#ifndef __MINGW32__ /* whose library has none of these */
static void nothing_is_secured(void) {
    WSADATA data;
    SOCKET_SECURITY_SETTINGS settings = {SOCKET_SECURITY_PROTOCOL_DEFAULT,
                                         SOCKET_SETTINGS_GUARANTEE_ENCRYPTION};
    SOCKET_SECURITY_QUERY_INFO info;
    ULONG length = sizeof info;
    struct sockaddr_in to = {AF_INET};
    int room = sizeof to;
    CHECK(WSAStartup(MAKEWORD(2, 2), &data) == 0);
    SOCKET s = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP), door = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(WSASetSocketSecurity(s, &settings, sizeof settings, NULL, NULL) == SOCKET_ERROR &&
          WSAGetLastError() == WSAEOPNOTSUPP);
    CHECK(WSASetSocketSecurity(s, &settings, 3, NULL, NULL) == SOCKET_ERROR &&
          WSAGetLastError() == WSAEMSGSIZE);
    settings.SecurityProtocol = SOCKET_SECURITY_PROTOCOL_INVALID;
    CHECK(WSASetSocketSecurity(s, &settings, sizeof settings, NULL, NULL) == SOCKET_ERROR &&
          WSAGetLastError() == WSAEINVAL);
    CHECK(WSASetSocketSecurity(INVALID_SOCKET, NULL, 0, NULL, NULL) == SOCKET_ERROR &&
          WSAGetLastError() == WSAENOTSOCK);
    CHECK(WSAQuerySocketSecurity(s, NULL, 0, &info, &length, NULL, NULL) == SOCKET_ERROR &&
          WSAGetLastError() == WSAENOTCONN);
    CHECK(WSAImpersonateSocketPeer(s, NULL, 0) == SOCKET_ERROR && WSAGetLastError() == WSAENOTCONN);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind(door, (struct sockaddr *)&to, sizeof to) == 0 && listen(door, 1) == 0 &&
          getsockname(door, (struct sockaddr *)&to, &room) == 0 &&
          connect(s, (struct sockaddr *)&to, sizeof to) == 0);
    memset(&info, 0xCC, sizeof info);
    CHECK(WSAQuerySocketSecurity(s, NULL, 0, &info, &length, NULL, NULL) == 0 &&
          info.Flags == 0 && info.PeerMachineAccessTokenHandle == 0 && length == sizeof info);
    length = 4;
    CHECK(WSAQuerySocketSecurity(s, NULL, 0, &info, &length, NULL, NULL) == SOCKET_ERROR &&
          WSAGetLastError() == WSAEMSGSIZE && length == sizeof info);
    CHECK(WSASetSocketSecurity(s, NULL, 0, NULL, NULL) == SOCKET_ERROR &&
          WSAGetLastError() == WSAEISCONN);
    CHECK(WSAImpersonateSocketPeer(s, (struct sockaddr *)&to, sizeof to) == SOCKET_ERROR &&
          WSAGetLastError() == WSAEOPNOTSUPP);
    CHECK(WSASetSocketPeerTargetName(s, NULL, 0, NULL, NULL) == SOCKET_ERROR &&
          WSAGetLastError() == WSAEFAULT);
    CHECK(WSADeleteSocketPeerTargetName(s, (struct sockaddr *)&to, sizeof to, NULL, NULL) ==
              SOCKET_ERROR &&
          WSAGetLastError() == WSAEOPNOTSUPP);
    CHECK(WSARevertImpersonation() == 0);
    closesocket(s);
    closesocket(door);
    WSACleanup();
}
#endif

int main(int argc, char **argv) {
    if (argc == 2)
        return child(argv[1]);
    GetModuleFileName(NULL, own, MAX_PATH);
    wsprintf(name, TEXT("\\\\.\\mailslot\\tests\\of-%lu"), GetCurrentProcessId());
    between_processes();
    if (!is_wine()) /* which joins messages */
        counted();
#ifndef __MINGW32__
    nothing_is_secured();
#endif
    printf("%d wrong\n", wrong);
    return wrong;
}
