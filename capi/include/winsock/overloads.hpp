// Variables of other widths where Windows' types are as wide as these, and Linux' are not: `unsigned
// long` for DWORD and u_long, `unsigned long long` for ULONG_PTR. The value goes through a variable of
// the right width, and no half of theirs is left unwritten.
#ifndef WINSOCK_OVERLOADS_HPP
#define WINSOCK_OVERLOADS_HPP

#include <type_traits>

extern "C++" {
namespace winsock {

template <class T, class Result>
using if_long = typename std::enable_if<std::is_same<T, unsigned long>::value ||
                                            std::is_same<T, long>::value,
                                        Result>::type;

template <class T, class Right>
struct is_other : std::integral_constant<bool, std::is_integral<T>::value &&
                                                   !std::is_same<T, Right>::value> {};

// What is handed to the function in the place of `*theirs`, and goes back when it has returned.
template <class Right, class Theirs>
class through {
    Theirs *theirs;
    Right right;

  public:
    explicit through(Theirs *theirs) : theirs(theirs), right(theirs ? (Right)*theirs : Right()) {}
    through(const through &) = delete;
    ~through() {
        if (theirs)
            *theirs = (Theirs)right;
    }
    Right *get() { return theirs ? &right : nullptr; }
};

} // namespace winsock

template <class T>
typename std::enable_if<winsock::is_other<T, u_long>::value, int>::type
ioctlsocket(SOCKET s, long cmd, T *argp) {
    winsock::through<u_long, T> value(argp);
    return ioctlsocket(s, cmd, value.get());
}

template <class N>
winsock::if_long<N, int> WSASend(SOCKET s, LPWSABUF buffers, DWORD count, N *sent, DWORD flags,
                                 LPWSAOVERLAPPED overlapped,
                                 LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    winsock::through<DWORD, N> bytes(sent);
    return WSASend(s, buffers, count, bytes.get(), flags, overlapped, routine);
}

template <class F>
winsock::if_long<F, int> WSARecv(SOCKET s, LPWSABUF buffers, DWORD count, LPDWORD received,
                                 F *flags, LPWSAOVERLAPPED overlapped,
                                 LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    winsock::through<DWORD, F> right(flags);
    return WSARecv(s, buffers, count, received, right.get(), overlapped, routine);
}

template <class N, class F>
winsock::if_long<N, int> WSARecv(SOCKET s, LPWSABUF buffers, DWORD count, N *received, F *flags,
                                 LPWSAOVERLAPPED overlapped,
                                 LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    winsock::through<DWORD, N> bytes(received);
    winsock::through<DWORD, F> right(flags);
    return WSARecv(s, buffers, count, bytes.get(), right.get(), overlapped, routine);
}

template <class N>
winsock::if_long<N, int> WSAIoctl(SOCKET s, DWORD code, LPVOID in, DWORD in_length, LPVOID out,
                                  DWORD out_length, N *returned, LPWSAOVERLAPPED overlapped,
                                  LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    winsock::through<DWORD, N> bytes(returned);
    return WSAIoctl(s, code, in, in_length, out, out_length, bytes.get(), overlapped, routine);
}

template <class N, class F>
winsock::if_long<N, BOOL> WSAGetOverlappedResult(SOCKET s, LPWSAOVERLAPPED overlapped, N *transferred,
                                                 BOOL wait, F *flags) {
    winsock::through<DWORD, N> bytes(transferred);
    winsock::through<DWORD, F> right(flags);
    return WSAGetOverlappedResult(s, overlapped, bytes.get(), wait, right.get());
}

template <class N>
winsock::if_long<N, BOOL> GetOverlappedResult(HANDLE file, LPOVERLAPPED overlapped, N *transferred,
                                              BOOL wait) {
    winsock::through<DWORD, N> bytes(transferred);
    return GetOverlappedResult(file, overlapped, bytes.get(), wait);
}

template <class N, class K>
typename std::enable_if<winsock::is_other<N, DWORD>::value ||
                            winsock::is_other<K, ULONG_PTR>::value,
                        BOOL>::type
GetQueuedCompletionStatus(HANDLE port, N *transferred, K *key, LPOVERLAPPED *overlapped,
                          DWORD milliseconds) {
    winsock::through<DWORD, N> bytes(transferred);
    winsock::through<ULONG_PTR, K> right(key);
    return GetQueuedCompletionStatus(port, bytes.get(), right.get(), overlapped, milliseconds);
}
}

#endif
