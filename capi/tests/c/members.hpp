// A program's own names that Windows Sockets has too stay what they are.
#include <functional>

struct Session {
    SOCKET s = INVALID_SOCKET;
    int send(const char *data, int length) { return ::send(s, data, length, 0); }
    bool connect(const char *) { return false; }
    SOCKET accept() { return s; }
    int select(int a) { return a; }
    void bind() {}
    void listen(int) {}
};

inline int members(Session &session) {
    auto call = std::bind(&Session::send, &session, std::placeholders::_1, std::placeholders::_2);
    int (*plain)(SOCKET, const char *, int, int) = &::send;
    unsigned long on = 1;
    DWORD count = 0;
    return call("a", 1) + plain(session.s, "a", 1, 0) + ioctlsocket(session.s, FIONBIO, &on) +
           ioctlsocket(session.s, FIONREAD, &count) + (session.connect("") ? 1 : 0) +
           session.select(1) + (max(1, 2) == min(2u, 3L) ? 1 : 0);
}
