/* Interfaces and their addresses, random bytes, what was used of the processors, versions. */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <iphlpapi.h>
#include <wincrypt.h>
#include <bcrypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "check.h"

static void interfaces(void) {
    ULONG bytes = 0;
    ULONG flags = GAA_FLAG_INCLUDE_PREFIX | GAA_FLAG_INCLUDE_GATEWAYS;
    CHECK(GetAdaptersAddresses(AF_INET, flags, NULL, NULL, &bytes) == ERROR_BUFFER_OVERFLOW);
    CHECK(bytes > sizeof(IP_ADAPTER_ADDRESSES));
    IP_ADAPTER_ADDRESSES *all = (IP_ADAPTER_ADDRESSES *)malloc(bytes);
    memset(all, 0xCC, bytes);
    CHECK(GetAdaptersAddresses(AF_INET, flags, NULL, all, &bytes) == NO_ERROR);
    int loopbacks = 0;
    for (IP_ADAPTER_ADDRESSES *one = all; one != NULL; one = one->Next) {
        CHECK(one->Length >= sizeof *one - 8 && one->AdapterName[0] != 0 && one->FriendlyName[0] != 0);
        for (IP_ADAPTER_UNICAST_ADDRESS *at = one->FirstUnicastAddress; at; at = at->Next) {
            struct sockaddr_in *address = (struct sockaddr_in *)at->Address.lpSockaddr;
            CHECK(address->sin_family == AF_INET && at->Address.iSockaddrLength == 16);
            if (address->sin_addr.s_addr == htonl(INADDR_LOOPBACK)) {
                loopbacks++;
                CHECK(one->IfType == IF_TYPE_SOFTWARE_LOOPBACK && one->OperStatus == IfOperStatusUp);
                CHECK(at->OnLinkPrefixLength == 8 && one->IfIndex != 0);
                DWORD best = 0;
                CHECK(GetBestInterface(htonl(INADDR_LOOPBACK), &best) == NO_ERROR);
                CHECK(best != 0);
            }
        }
    }
    CHECK(loopbacks == 1);
    free(all);
    bytes = 0;
    CHECK(GetNetworkParams(NULL, &bytes) == ERROR_BUFFER_OVERFLOW && bytes >= sizeof(FIXED_INFO));
    FIXED_INFO *facts = (FIXED_INFO *)malloc(bytes);
    memset(facts, 0xCC, bytes);
    CHECK(GetNetworkParams(facts, &bytes) == NO_ERROR);
    CHECK(facts->HostName[0] != 0 && strlen(facts->DomainName) < sizeof facts->DomainName);
    free(facts);
}

/* Tables of interfaces, of routes and of neighbours: a size, then the rows. */
static void links(void) {
    DWORD count = 0, known = 0;
    ULONG bytes = 0;
    CHECK(GetNumberOfInterfaces(&count) == NO_ERROR && count > 0);
    CHECK(GetIfTable(NULL, &bytes, FALSE) == ERROR_INSUFFICIENT_BUFFER && bytes >= sizeof(MIB_IFTABLE));
    MIB_IFTABLE *all = (MIB_IFTABLE *)malloc(bytes);
    memset(all, 0xCC, bytes);
    CHECK(GetIfTable(all, &bytes, TRUE) == NO_ERROR && all->dwNumEntries == count);
    for (DWORD at = 0; at < all->dwNumEntries; at++) {
        MIB_IFROW one;
        memset(&one, 0xCC, sizeof one);
        one.dwIndex = all->table[at].dwIndex;
        CHECK(GetIfEntry(&one) == NO_ERROR && one.dwType == all->table[at].dwType);
        CHECK(one.dwMtu == all->table[at].dwMtu && one.dwDescrLen <= MAXLEN_IFDESCR && one.dwPhysAddrLen <= 8);
        known += one.dwType == MIB_IF_TYPE_LOOPBACK && one.dwOperStatus == IF_OPER_STATUS_OPERATIONAL;
    }
    CHECK(known == 1);
    MIB_IFROW none = {.dwIndex = 0x7fffffff};
    CHECK(GetIfEntry(&none) != NO_ERROR);
    free(all);
    bytes = 0;
    DWORD said = GetInterfaceInfo(NULL, &bytes);
    CHECK(said == ERROR_INSUFFICIENT_BUFFER || said == ERROR_NO_DATA);
    IP_INTERFACE_INFO *named = (IP_INTERFACE_INFO *)malloc(bytes + 1);
    if (said == ERROR_INSUFFICIENT_BUFFER)
        CHECK(GetInterfaceInfo(named, &bytes) == NO_ERROR && named->NumAdapters > 0 && named->Adapter[0].Name[0] != 0);
    free(named);
    bytes = 0;
    CHECK(GetIpForwardTable(NULL, &bytes, FALSE) == ERROR_INSUFFICIENT_BUFFER);
    MIB_IPFORWARDTABLE *routes = (MIB_IPFORWARDTABLE *)malloc(bytes);
    CHECK(GetIpForwardTable(routes, &bytes, TRUE) == NO_ERROR);
    for (DWORD at = 0; at < routes->dwNumEntries; at++)
        CHECK(routes->table[at].dwForwardIfIndex != 0 && (routes->table[at].dwForwardDest & ~routes->table[at].dwForwardMask) == 0);
    free(routes);
    bytes = 0;
    said = GetIpNetTable(NULL, &bytes, FALSE);
    CHECK(said == ERROR_INSUFFICIENT_BUFFER || said == ERROR_NO_DATA);
}

static void names_and_processors(void) {
    char name[256], netbios[256];
    DWORD room = 0, other = sizeof netbios, bytes = 0, cores = 0;
    CHECK(!GetComputerNameExA(ComputerNameDnsHostname, NULL, &room) && GetLastError() == ERROR_MORE_DATA && room > 1);
    CHECK(GetComputerNameExA(ComputerNameDnsHostname, name, &room) && strlen(name) == room);
    CHECK(GetComputerNameExA(ComputerNameNetBIOS, netbios, &other) && _strnicmp(netbios, name, other) == 0);
    CHECK(!GetComputerNameExA(ComputerNameMax, name, &other) && GetLastError() == ERROR_INVALID_PARAMETER);
    CHECK(!GetLogicalProcessorInformation(NULL, &bytes) && GetLastError() == ERROR_INSUFFICIENT_BUFFER);
    SYSTEM_LOGICAL_PROCESSOR_INFORMATION *all = (SYSTEM_LOGICAL_PROCESSOR_INFORMATION *)malloc(bytes);
    CHECK(GetLogicalProcessorInformation(all, &bytes) && bytes % sizeof *all == 0);
    ULONG_PTR seen = 0;
    for (DWORD at = 0; at < bytes / sizeof *all; at++) {
        CHECK(all[at].ProcessorMask != 0);
        if (all[at].Relationship == RelationProcessorCore) {
            CHECK((seen & all[at].ProcessorMask) == 0);
            seen |= all[at].ProcessorMask;
            cores++;
        } else if (all[at].Relationship == RelationCache) {
            CHECK(all[at].Cache.Level >= 1 && all[at].Cache.Level <= 4 && all[at].Cache.Size > 0);
        }
    }
    CHECK(cores > 0);
    free(all);
}

/* Summer time from the last Sunday of March to that of October, an hour ahead of UTC + 1. */
static void zones(void) {
    TIME_ZONE_INFORMATION zone;
    memset(&zone, 0, sizeof zone);
    zone.Bias = -60;
    zone.DaylightBias = -60;
    zone.StandardDate.wMonth = 10, zone.StandardDate.wDay = 5, zone.StandardDate.wHour = 3;
    zone.DaylightDate.wMonth = 3, zone.DaylightDate.wDay = 5, zone.DaylightDate.wHour = 2;
    SYSTEMTIME winter = {2024, 3, 0, 31, 0, 59, 59, 7}, summer = {2024, 3, 0, 31, 1, 0, 0, 0};
    SYSTEMTIME autumn = {2024, 10, 0, 27, 1, 0, 0, 0}, local, back;
    CHECK(SystemTimeToTzSpecificLocalTime(&zone, &winter, &local) && local.wHour == 1 && local.wMinute == 59 && local.wMilliseconds == 7);
    CHECK(TzSpecificLocalTimeToSystemTime(&zone, &local, &back) && back.wHour == 0 && back.wDayOfWeek == 0);
    CHECK(SystemTimeToTzSpecificLocalTime(&zone, &summer, &local) && local.wHour == 3);
    CHECK(TzSpecificLocalTimeToSystemTime(&zone, &local, &back) && back.wHour == 1);
    CHECK(SystemTimeToTzSpecificLocalTime(&zone, &autumn, &local) && local.wHour == 2);
    zone.StandardDate.wMonth = zone.DaylightDate.wMonth = 0;
    CHECK(SystemTimeToTzSpecificLocalTime(&zone, &summer, &local) && local.wHour == 2);
    GetSystemTime(&summer);
    CHECK(SystemTimeToTzSpecificLocalTime(NULL, &summer, &local) && TzSpecificLocalTimeToSystemTime(NULL, &local, &back));
    CHECK(memcmp(&summer, &back, sizeof back) == 0);
    summer.wMonth = 13;
    CHECK(!SystemTimeToTzSpecificLocalTime(NULL, &summer, &local) && GetLastError() == ERROR_INVALID_PARAMETER);
}

/* Of two that initialise at once the first to complete has it. */
static void once_for_all(void) {
    INIT_ONCE once = INIT_ONCE_STATIC_INIT;
    void *context = NULL;
    BOOL pending = 5;
    CHECK(InitOnceBeginInitialize(&once, INIT_ONCE_ASYNC, &pending, &context) && pending == TRUE);
    CHECK(InitOnceBeginInitialize(&once, INIT_ONCE_ASYNC, &pending, &context) && pending == TRUE);
    CHECK(!InitOnceBeginInitialize(&once, 0, &pending, &context) && GetLastError() == ERROR_INVALID_PARAMETER);
    CHECK(!InitOnceComplete(&once, 0, NULL) && GetLastError() == ERROR_INVALID_PARAMETER);
    CHECK(InitOnceComplete(&once, INIT_ONCE_ASYNC, &once));
    CHECK(!InitOnceComplete(&once, INIT_ONCE_ASYNC, NULL) && GetLastError() == ERROR_GEN_FAILURE);
    CHECK(InitOnceBeginInitialize(&once, INIT_ONCE_CHECK_ONLY, &pending, &context) && pending == FALSE && context == &once);
}

static void random_bytes(void) {
    unsigned char one[32] = {0}, other[32] = {0}, none[32] = {0};
    CHECK(BCryptGenRandom(NULL, one, sizeof one, BCRYPT_USE_SYSTEM_PREFERRED_RNG) == 0);
    CHECK(memcmp(one, none, sizeof one) != 0);
    CHECK(BCryptGenRandom(NULL, other, sizeof other, 0) != 0);
    HCRYPTPROV provider = 0;
    CHECK(CryptAcquireContextA(&provider, NULL, NULL, PROV_RSA_FULL, CRYPT_VERIFYCONTEXT));
    CHECK(CryptGenRandom(provider, sizeof other, other));
    CHECK(memcmp(one, other, sizeof one) != 0 && memcmp(other, none, sizeof one) != 0);
    CHECK(CryptReleaseContext(provider, 0));
}

static ULONGLONG whole(FILETIME time) {
    return (ULONGLONG)time.dwHighDateTime << 32 | time.dwLowDateTime;
}

static void times(void) {
    FILETIME created, ended, kernel, user, later, now;
    CHECK(GetProcessTimes(GetCurrentProcess(), &created, &ended, &kernel, &user));
    GetSystemTimeAsFileTime(&now);
    CHECK(whole(created) <= whole(now) && whole(created) + 36000000000ull > whole(now));
    volatile unsigned sum = 0;
    do {
        for (unsigned turn = 0; turn < 1000000; turn++)
            sum += turn;
        CHECK(GetThreadTimes(GetCurrentThread(), &created, &ended, &kernel, &later));
    } while (whole(later) == 0);
    CHECK(!GetProcessTimes((HANDLE)(ULONG_PTR)0x7FF4, &created, &ended, &kernel, &user));
}

static void versions(void) {
    OSVERSIONINFOEXA asked;
    memset(&asked, 0, sizeof asked);
    asked.dwOSVersionInfoSize = sizeof asked;
    asked.dwMajorVersion = 6;
    ULONGLONG least = VerSetConditionMask(0, VER_MAJORVERSION, VER_GREATER_EQUAL);
    CHECK(VerifyVersionInfoA(&asked, VER_MAJORVERSION, least));
    asked.dwMajorVersion = 60;
    CHECK(!VerifyVersionInfoA(&asked, VER_MAJORVERSION, least));
    CHECK(GetLastError() == ERROR_OLD_WIN_VERSION);
}

static void handles(void) {
    WSADATA data;
    CHECK(WSAStartup(MAKEWORD(2, 2), &data) == 0);
    SOCKET socket_ = socket(AF_INET, SOCK_STREAM, 0);
    DWORD flags = 0xCCCCCCCC;
    CHECK(SetHandleInformation((HANDLE)socket_, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT));
    CHECK(GetHandleInformation((HANDLE)socket_, &flags) && flags == HANDLE_FLAG_INHERIT);
    CHECK(SetHandleInformation((HANDLE)socket_, HANDLE_FLAG_INHERIT, 0));
    CHECK(GetHandleInformation((HANDLE)socket_, &flags) && flags == 0);
    closesocket(socket_);
    CHECK(!GetHandleInformation((HANDLE)socket_, &flags) && GetLastError() == ERROR_INVALID_HANDLE);
    CRITICAL_SECTION section = {0, 0, 0, 0, 0, 0};
    CHECK(sizeof section == 40);
    WSACleanup();
}

int main(void) {
    interfaces();
    links();
    names_and_processors();
    zones();
    once_for_all();
    random_bytes();
    times();
    versions();
    handles();
    printf("%d wrong\n", wrong);
    return wrong;
}
