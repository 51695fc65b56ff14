/* Part of mswsock.h. */
#include <mswsock.h>
