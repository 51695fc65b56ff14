/* Sockets are Windows' here: see winsock2.h. */
#include <winsock2.h>
