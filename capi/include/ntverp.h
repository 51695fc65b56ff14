/* The version of the system that these headers speak of: Windows 10. */
#ifndef _NTVERP_H_
#define _NTVERP_H_

#define VER_PRODUCTBUILD 10011
#define VER_PRODUCTBUILD_QFE 16384
#define VER_PRODUCTMAJORVERSION 10
#define VER_PRODUCTMINORVERSION 0
#define VER_PRODUCTMAJORVERSION_STRING "10"
#define VER_PRODUCTMINORVERSION_STRING "0"

#endif
