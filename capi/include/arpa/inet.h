/* Sockets are Windows' here: see ws2tcpip.h. */
#include <ws2tcpip.h>
