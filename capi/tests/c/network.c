/* The network's interfaces, and pings of this machine. */
#include <winsock2.h>
#include <windows.h>
#include <iphlpapi.h>
#include <icmpapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "check.h"

static void adapters(void) {
    ULONG bytes = 0;
    DWORD told = GetAdaptersInfo(NULL, &bytes);
    CHECK(told == ERROR_BUFFER_OVERFLOW || told == ERROR_NO_DATA);
    if (told == ERROR_BUFFER_OVERFLOW) {
        CHECK(bytes >= sizeof(IP_ADAPTER_INFO));
        IP_ADAPTER_INFO *first = malloc(bytes);
        memset(first, 0xEE, bytes);
        CHECK(GetAdaptersInfo(first, &bytes) == ERROR_SUCCESS);
        for (IP_ADAPTER_INFO *one = first; one != NULL; one = one->Next) {
            CHECK(strlen(one->AdapterName) > 0 && one->AddressLength <= MAX_ADAPTER_ADDRESS_LENGTH);
            CHECK(inet_addr(one->IpAddressList.IpAddress.String) != INADDR_NONE);
        }
        free(first);
    }
    ULONG room = 0;
    CHECK(GetIpAddrTable(NULL, &room, TRUE) == ERROR_INSUFFICIENT_BUFFER && room >= sizeof(MIB_IPADDRTABLE));
    MIB_IPADDRTABLE *table = malloc(room);
    memset(table, 0xEE, room);
    CHECK(GetIpAddrTable(table, &room, TRUE) == NO_ERROR && table->dwNumEntries >= 1);
    int loopback = 0;
    for (DWORD at = 0; at < table->dwNumEntries; at++)
        loopback |= table->table[at].dwAddr == htonl(INADDR_LOOPBACK);
    CHECK(loopback);
    free(table);
}

static void pings(void) {
    SetLastError(0xBEEF);
    HANDLE pinger = IcmpCreateFile();
    if (pinger == INVALID_HANDLE_VALUE && GetLastError() == ERROR_ACCESS_DENIED) {
        puts("skipped: this user may not ping");
        return;
    }
    char data[] = "ping", reply[sizeof(ICMP_ECHO_REPLY) + sizeof data + 8];
    memset(reply, 0xEE, sizeof reply);
    ICMP_ECHO_REPLY *answer = (ICMP_ECHO_REPLY *)reply;
    CHECK(IcmpSendEcho(pinger, htonl(INADDR_LOOPBACK), data, sizeof data, NULL, reply, sizeof reply, 60000) == 1);
    CHECK(answer->Address == htonl(INADDR_LOOPBACK) && answer->Status == IP_SUCCESS);
    CHECK(answer->DataSize == sizeof data && memcmp(answer->Data, data, sizeof data) == 0);
    SetLastError(0xBEEF);
    CHECK(IcmpSendEcho(pinger, htonl(INADDR_LOOPBACK), data, sizeof data, NULL, reply, 4, 60000) == 0 && GetLastError() != 0xBEEF);
    CHECK(IcmpCloseHandle(pinger));
    SetLastError(0xBEEF);
    CHECK(IcmpSendEcho(pinger, htonl(INADDR_LOOPBACK), data, sizeof data, NULL, reply, sizeof reply, 1) == 0 && GetLastError() == ERROR_INVALID_HANDLE);
}

int main(void) {
    WSADATA started;
    CHECK(WSAStartup(MAKEWORD(2, 2), &started) == 0);
    adapters();
    pings();
    printf("%d wrong\n", wrong);
    return wrong;
}
