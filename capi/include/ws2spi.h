/* Of service providers there is none here: what goes with them on Windows. */
#ifndef _WINSOCK2SPI_
#define _WINSOCK2SPI_

#include <winsock2.h>

#endif
