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
    random_bytes();
    times();
    versions();
    handles();
    printf("%d wrong\n", wrong);
    return wrong;
}
