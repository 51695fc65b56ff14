/* getaddrinfo for systems older than Windows XP: this one has it. */
#include <ws2tcpip.h>
