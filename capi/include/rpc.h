/* Of remote calls: unique identifiers. */
#ifndef __RPC_H__
#define __RPC_H__

#include <rpcdce.h>

typedef unsigned char byte;

#endif
