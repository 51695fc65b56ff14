/* Languages: what text conversion needs of them. */
#ifndef _WINNLS_
#define _WINNLS_

#include <stringapiset.h>



#endif
