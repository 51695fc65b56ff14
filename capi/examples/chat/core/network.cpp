#include "network.h"

#include <cstdio>
#include <cstdlib>

LPFN_ACCEPTEX Network::AcceptEx = nullptr;
LPFN_CONNECTEX Network::ConnectEx = nullptr;

void Fail(const char *call) {
    std::printf("%s: error %lu\n", call, static_cast<unsigned long>(GetLastError()));
    std::exit(EXIT_FAILURE);
}

namespace {

template <typename Function> void Load(SOCKET socket, GUID guid, Function &function) {
    DWORD bytes = 0;
    if (WSAIoctl(socket, SIO_GET_EXTENSION_FUNCTION_POINTER, &guid, sizeof guid, &function,
                 sizeof function, &bytes, nullptr, nullptr) == SOCKET_ERROR)
        Fail("WSAIoctl");
}

} // namespace

Network::Network() {
    WSADATA data;
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0) Fail("WSAStartup");
    SOCKET any = MakeSocket();
    Load(any, WSAID_ACCEPTEX, AcceptEx);
    Load(any, WSAID_CONNECTEX, ConnectEx);
    closesocket(any);
}

Network::~Network() {
    WSACleanup();
}

SOCKADDR_IN Network::Loopback(USHORT port) {
    SOCKADDR_IN address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

SOCKET Network::MakeSocket() {
    SOCKET made = WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, nullptr, 0, WSA_FLAG_OVERLAPPED);
    if (made == INVALID_SOCKET) Fail("WSASocket");
    return made;
}
