/* libc's, by paths that may have backslashes, with the names that begin with an underscore. Files have no text mode here: O_TEXT changes
   nothing, and what O_BINARY is (O_LARGEFILE) nothing either. */
#pragma GCC system_header
/* Without libc's inline functions of _FORTIFY_SOURCE, which know the other symbols. */
#include <features.h>
#pragma push_macro("__USE_FORTIFY_LEVEL")
#undef __USE_FORTIFY_LEVEL
#define __USE_FORTIFY_LEVEL 0
#include_next <fcntl.h>
#pragma pop_macro("__USE_FORTIFY_LEVEL")
#ifndef WINSOCK_FCNTL_H
#define WINSOCK_FCNTL_H

#ifdef __cplusplus
extern "C" {
#endif
int open(const char *, int, ...) __asm__("winsock_open");
int creat(const char *, mode_t) __asm__("winsock_creat");
#ifdef __cplusplus
}
#endif

#define O_BINARY 0x8000
#define O_TEXT 0
#define O_RAW O_BINARY
#define O_NOINHERIT O_CLOEXEC
#define O_SEQUENTIAL 0
#define O_RANDOM 0
#define _O_RDONLY O_RDONLY
#define _O_WRONLY O_WRONLY
#define _O_RDWR O_RDWR
#define _O_APPEND O_APPEND
#define _O_CREAT O_CREAT
#define _O_TRUNC O_TRUNC
#define _O_EXCL O_EXCL
#define _O_NOINHERIT O_NOINHERIT
#define _O_SEQUENTIAL O_SEQUENTIAL
#define _O_RANDOM O_RANDOM
#define _O_BINARY O_BINARY
#define _O_TEXT O_TEXT
#define _O_RAW O_RAW
#define _O_WTEXT 0x10000
#define _O_U16TEXT 0x20000
#define _O_U8TEXT 0x40000

#endif
