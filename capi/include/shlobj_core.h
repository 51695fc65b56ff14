/* As shlobj.h. */
#include <shlobj.h>
