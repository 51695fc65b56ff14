/* Of the multimedia functions: the clock. */
#ifndef _INC_MMSYSTEM
#define _INC_MMSYSTEM

#include <timeapi.h>



#endif
