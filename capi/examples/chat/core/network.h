// Winsock itself: starting it, addresses, sockets, and the functions that a provider adds.
#pragma once

#include "platform.h"

// Lives as long as the program uses sockets.
class Network {
public:
    Network();
    ~Network();
    Network(const Network &) = delete;
    Network &operator=(const Network &) = delete;

    static LPFN_ACCEPTEX AcceptEx;
    static LPFN_CONNECTEX ConnectEx;

    // 127.0.0.1 with this port; 0 is any.
    static SOCKADDR_IN Loopback(USHORT port);
    static SOCKET MakeSocket();
};

// Ends the program: what cannot go on says so, with the last error.
[[noreturn]] void Fail(const char *call);
