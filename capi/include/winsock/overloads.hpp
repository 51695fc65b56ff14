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

// A completion key that a program hands on through 32 bits, and the place where it wants one: the
// driver puts these in the place of such casts. A pointer stays whole, a number is one of 32 bits.
class key {
    ULONG_PTR value;

  public:
    template <class T>
    key(T *pointer) : value((ULONG_PTR)pointer) {}
    template <class T, class = typename std::enable_if<!std::is_pointer<T>::value>::type>
    key(T number) : value((DWORD)number) {}
    operator ULONG_PTR() const { return value; }
};

class key_place {
    void *place;
    size_t bytes;

    template <class T>
    static constexpr size_t size_of(T *) {
        return sizeof(T) < sizeof(ULONG_PTR) ? sizeof(T) : sizeof(ULONG_PTR);
    }
    static constexpr size_t size_of(void *) { return sizeof(ULONG_PTR); }

  public:
    template <class T>
    key_place(T *place) : place((void *)place), bytes(size_of(place)) {}
    ULONG_PTR read() const {
        ULONG_PTR key = 0;
        __builtin_memcpy(&key, place, bytes);
        return key;
    }
    void write(ULONG_PTR key) const { __builtin_memcpy(place, &key, bytes); }
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

template <class N>
BOOL GetQueuedCompletionStatus(HANDLE port, N *transferred, winsock::key_place place,
                               LPOVERLAPPED *overlapped, DWORD milliseconds) {
    ULONG_PTR key = place.read();
    BOOL done = GetQueuedCompletionStatus(port, transferred, &key, overlapped, milliseconds);
    place.write(key);
    return done;
}
}

#endif
