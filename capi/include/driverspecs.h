/* Annotations of parameters: see sal.h. */
#include <sal.h>
