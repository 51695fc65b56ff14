// Pointers to long where Windows' types are as wide, and Linux' are not: the value goes through a
// variable of 32 bits, and no half of a long is left unwritten.
#ifndef WINSOCK_OVERLOADS_HPP
#define WINSOCK_OVERLOADS_HPP

extern "C++" {
inline int ioctlsocket(SOCKET s, long cmd, unsigned long *argp) {
    u_long value = argp ? (u_long)*argp : 0;
    int result = ioctlsocket(s, cmd, argp ? &value : (u_long *)0);
    if (argp)
        *argp = value;
    return result;
}
inline int ioctlsocket(SOCKET s, long cmd, int *argp) {
    return ioctlsocket(s, cmd, (u_long *)argp);
}
}

#endif
