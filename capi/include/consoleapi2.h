/* The console. */
#ifndef _APISETCONSOLEL2_
#define _APISETCONSOLEL2_

#include <consoleapi.h>



#endif
