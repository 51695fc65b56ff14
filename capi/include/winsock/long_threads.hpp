// `unsigned long` for DWORD in what kernel32 is handed: functions of threads that return one, and
// variables that a call fills. (Those of the socket calls are in overloads.hpp.)
#ifndef WINSOCK_LONG_THREADS_HPP
#define WINSOCK_LONG_THREADS_HPP

#include <type_traits>

extern "C++" {
namespace winsock {

// The place of a DWORD, where the program's is an unsigned long: filled whole when the call is over.
template <class Theirs>
class dword_of {
    Theirs *theirs;
    DWORD right;

  public:
    explicit dword_of(Theirs *theirs) : theirs(theirs), right(theirs ? (DWORD)*theirs : 0) {}
    dword_of(const dword_of &) = delete;
    ~dword_of() {
        if (theirs)
            *theirs = (Theirs)right;
    }
    operator DWORD *() { return theirs ? &right : nullptr; }
};

template <class T, class Result>
using if_wide = typename std::enable_if<std::is_same<T, unsigned long>::value, Result>::type;

} // namespace winsock

// What the thread returns is its exit code: of an unsigned long, the half that a DWORD has.
template <class N>
winsock::if_wide<N, HANDLE> CreateThread(LPSECURITY_ATTRIBUTES security, SIZE_T stack,
                                         N (*start)(void *), LPVOID argument, DWORD flags,
                                         LPDWORD number) {
    return CreateThread(security, stack, (LPTHREAD_START_ROUTINE)(void (*)())start, argument, flags,
                        number);
}

template <class N, class T>
winsock::if_wide<T, HANDLE> CreateThread(LPSECURITY_ATTRIBUTES security, SIZE_T stack,
                                         N (*start)(void *), LPVOID argument, DWORD flags,
                                         T *number) {
    return CreateThread(security, stack, (LPTHREAD_START_ROUTINE)(void (*)())start, argument, flags,
                        (DWORD *)winsock::dword_of<T>(number));
}

template <class N>
winsock::if_wide<N, BOOL> QueueUserWorkItem(N (*work)(void *), PVOID context, ULONG flags) {
    return QueueUserWorkItem((LPTHREAD_START_ROUTINE)(void (*)())work, context, flags);
}

template <class T>
winsock::if_wide<T, BOOL> GetExitCodeThread(HANDLE thread, T *code) {
    return GetExitCodeThread(thread, (DWORD *)winsock::dword_of<T>(code));
}

template <class T>
winsock::if_wide<T, BOOL> GetExitCodeProcess(HANDLE process, T *code) {
    return GetExitCodeProcess(process, (DWORD *)winsock::dword_of<T>(code));
}

template <class T>
winsock::if_wide<T, BOOL> ReadFile(HANDLE file, LPVOID to, DWORD size, T *count,
                                   LPOVERLAPPED overlapped) {
    return ReadFile(file, to, size, (DWORD *)winsock::dword_of<T>(count), overlapped);
}

template <class T>
winsock::if_wide<T, BOOL> WriteFile(HANDLE file, LPCVOID from, DWORD size, T *count,
                                    LPOVERLAPPED overlapped) {
    return WriteFile(file, from, size, (DWORD *)winsock::dword_of<T>(count), overlapped);
}

template <class T>
winsock::if_wide<T, BOOL> VirtualProtect(LPVOID place, SIZE_T size, DWORD to, T *before) {
    return VirtualProtect(place, size, to, (DWORD *)winsock::dword_of<T>(before));
}

template <class T>
winsock::if_wide<T, BOOL> GetConsoleMode(HANDLE console, T *mode) {
    return GetConsoleMode(console, (DWORD *)winsock::dword_of<T>(mode));
}

template <class T>
winsock::if_wide<T, BOOL> WriteConsoleA(HANDLE console, const void *text, DWORD length, T *count,
                                        LPVOID reserved) {
    return WriteConsoleA(console, text, length, (DWORD *)winsock::dword_of<T>(count), reserved);
}

template <class T>
winsock::if_wide<T, BOOL> WriteConsoleW(HANDLE console, const void *text, DWORD length, T *count,
                                        LPVOID reserved) {
    return WriteConsoleW(console, text, length, (DWORD *)winsock::dword_of<T>(count), reserved);
}

template <class T>
winsock::if_wide<T, BOOL> GetComputerNameA(LPSTR to, T *size) {
    return GetComputerNameA(to, (DWORD *)winsock::dword_of<T>(size));
}
}

#endif
