/* What runs on the machine, and who is connected to whom. */
#include <winsock2.h>
#include <windows.h>
#include <iphlpapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tlhelp32.h>
#include "check.h"

static DWORD WINAPI waits(LPVOID event) {
    return WaitForSingleObject(event, INFINITE);
}

static void processes(void) {
    HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS | TH32CS_SNAPTHREAD, 0);
    CHECK(all != INVALID_HANDLE_VALUE);
    PROCESSENTRY32 process = {0};
    CHECK(!Process32First(all, &process) && GetLastError() == ERROR_INSUFFICIENT_BUFFER);
    process.dwSize = sizeof process;
    int found = 0;
    for (BOOL more = Process32First(all, &process); more; more = Process32Next(all, &process)) {
        if (process.th32ProcessID == GetCurrentProcessId()) {
            TCHAR own[MAX_PATH], *last;
            GetModuleFileName(NULL, own, MAX_PATH);
            for (last = own; *last; last++)
                if (*last == '\\')
                    memmove(own, last + 1, (lstrlen(last + 1) + 1) * sizeof *own), last = own;
            CHECK(process.cntThreads >= 2 && lstrcmp(process.szExeFile, own) == 0);
            found++;
        }
    }
    CHECK(found == 1 && GetLastError() == ERROR_NO_MORE_FILES);
    THREADENTRY32 thread = {sizeof thread};
    int own = 0, this = 0;
    for (BOOL more = Thread32First(all, &thread); more; more = Thread32Next(all, &thread)) {
        own += thread.th32OwnerProcessID == GetCurrentProcessId();
        this += thread.th32ThreadID == GetCurrentThreadId();
    }
    CHECK(own >= 2 && this == 1);
    CHECK(CloseHandle(all));
}

static void modules(void) {
    HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPMODULE, 0);
    MODULEENTRY32 module = {sizeof module};
    TCHAR own[MAX_PATH];
    CHECK(all != INVALID_HANDLE_VALUE && Module32First(all, &module));
    GetModuleFileName(NULL, own, MAX_PATH);
    CHECK(module.th32ProcessID == GetCurrentProcessId() && module.hModule == GetModuleHandle(NULL));
    CHECK((BYTE *)modules >= module.modBaseAddr && (BYTE *)modules < module.modBaseAddr + module.modBaseSize);
    CHECK(lstrlen(module.szModule) > 0);
    CHECK(Module32Next(all, &module)); /* some library */
    CHECK(CloseHandle(all));
    CHECK(CreateToolhelp32Snapshot(TH32CS_SNAPMODULE, 0x7FFFFFF0) == INVALID_HANDLE_VALUE);
}

static void connections(void) {
    SOCKET listener = socket(AF_INET, SOCK_STREAM, 0), udp = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in at = {0}, udp_at;
    int bytes = sizeof at;
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind(listener, (void *)&at, sizeof at) == 0 && bind(udp, (void *)&at, sizeof at) == 0);
    CHECK(listen(listener, 5) == 0 && getsockname(listener, (void *)&at, &bytes) == 0);
    CHECK(getsockname(udp, (void *)&udp_at, &bytes) == 0);
    ULONG size = 0;
    CHECK(GetTcpTable(NULL, &size, TRUE) == ERROR_INSUFFICIENT_BUFFER && size >= 4);
    size += 10000;
    MIB_TCPTABLE *tcp = malloc(size);
    CHECK(GetTcpTable(tcp, &size, TRUE) == NO_ERROR);
    int found = 0;
    for (DWORD i = 0; i < tcp->dwNumEntries; i++)
        found += tcp->table[i].dwLocalAddr == at.sin_addr.s_addr && (WORD)tcp->table[i].dwLocalPort == at.sin_port &&
                 tcp->table[i].dwState == MIB_TCP_STATE_LISTEN;
    CHECK(found == 1);
    free(tcp);
    size = 100000;
    MIB_TCPTABLE_OWNER_PID *owned = malloc(size);
    CHECK(GetExtendedTcpTable(owned, &size, TRUE, AF_INET, TCP_TABLE_OWNER_PID_LISTENER, 0) == NO_ERROR);
    found = 0;
    for (DWORD i = 0; i < owned->dwNumEntries; i++)
        found += (WORD)owned->table[i].dwLocalPort == at.sin_port &&
                 owned->table[i].dwOwningPid == GetCurrentProcessId();
    WINE_DIFFERS(found == 1);
    free(owned);
    size = 100000;
    MIB_UDPTABLE_OWNER_PID *datagrams = malloc(size);
    CHECK(GetExtendedUdpTable(datagrams, &size, TRUE, AF_INET, UDP_TABLE_OWNER_PID, 0) == NO_ERROR);
    found = 0;
    for (DWORD i = 0; i < datagrams->dwNumEntries; i++)
        found += (WORD)datagrams->table[i].dwLocalPort == udp_at.sin_port &&
                 datagrams->table[i].dwOwningPid == GetCurrentProcessId();
    WINE_DIFFERS(found == 1);
    free(datagrams);
    size = 100000;
    MIB_TCP6TABLE_OWNER_PID *six = malloc(size);
    CHECK(GetExtendedTcpTable(six, &size, TRUE, AF_INET6, TCP_TABLE_OWNER_PID_ALL, 0) == NO_ERROR);
    CHECK(size >= 4 && sizeof(MIB_TCP6ROW_OWNER_PID) == 56);
    free(six);
    MIB_TCPSTATS counted;
    MIB_UDPSTATS udp_counted;
    MIB_IPSTATS ip;
    memset(&counted, 0x55, sizeof counted);
    WINE_DIFFERS(GetTcpStatistics(&counted) == NO_ERROR && counted.dwInSegs != 0x55555555 && counted.dwNumConns >= 1);
    WINE_DIFFERS(GetUdpStatistics(&udp_counted) == NO_ERROR && udp_counted.dwNumAddrs >= 1);
    CHECK(GetIpStatistics(&ip) == NO_ERROR && ip.dwDefaultTTL > 0 && ip.dwNumIf >= 1);
    closesocket(listener);
    closesocket(udp);
}

int main(void) {
    WSADATA data;
    HANDLE event = CreateEvent(NULL, TRUE, FALSE, NULL), thread = CreateThread(NULL, 0, waits, event, 0, NULL);
    CHECK(WSAStartup(MAKEWORD(2, 2), &data) == 0);
    processes();
    modules();
    connections();
    SetEvent(event);
    WaitForSingleObject(thread, INFINITE);
    printf("%d wrong\n", wrong);
    return wrong;
}
