/* As C++. */
#include "own_names.c"
