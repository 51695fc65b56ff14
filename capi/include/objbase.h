/* Of COM: identifiers and their texts. */
#ifndef _OBJBASE_H_
#define _OBJBASE_H_

#include <combaseapi.h>

#endif
