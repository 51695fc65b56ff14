/* The console. */
#ifndef _WINCON_
#define _WINCON_

#include <consoleapi.h>
#include <consoleapi3.h>

#endif
