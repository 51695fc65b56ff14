/* The console. */
#ifndef _APISETCONSOLEL3_
#define _APISETCONSOLEL3_

#include <consoleapi.h>



#endif
