/* What the parts of this runtime share. Text is UTF-8 where it is narrow and UTF-32 where it is
   wide, whatever the locale. */
#ifndef WINSOCK_CRT_H
#define WINSOCK_CRT_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define STRUNCATE 80
#define TRUNCATE ((size_t)-1)

/* A bad argument: the handler that the program has set, or the process ends as on Windows. */
void winsock_invalid_parameter(void);
/* The same with errno, which is also what the functions with _s return. */
static inline int refuse(int error) {
    errno = error;
    winsock_invalid_parameter();
    return error;
}

/* Bytes of the UTF-8 form of `count` characters, written to `to` as far as it has room. */
size_t winsock_narrow(char *to, size_t room, const wchar_t *from, size_t count);
/* Characters of the UTF-32 form of `count` bytes, written to `to` as far as it has room. */
size_t winsock_widen(wchar_t *to, size_t room, const char *from, size_t count);
/* Allocated; NULL for NULL. */
char *winsock_narrow_text(const wchar_t *text);

/* A text that a function returns and that is the calling thread's until it ends, or calls it again:
   `text`, as long as there is memory; else NULL. For each function a `place` of its own. A pointer
   each, for a library that is loaded late has little room among the thread's own variables. */
enum winsock_place {
    WINSOCK_ERROR_TEXT,
    WINSOCK_LOCALE_TEXT,
    WINSOCK_ENVIRONMENT_TEXT,
    WINSOCK_TIME_TEXT,
    WINSOCK_OWN_ERROR_TEXT,
    WINSOCK_PLACES
};
wchar_t *winsock_keep_wide(enum winsock_place place, const char *text);
/* The same of what is allocated already; NULL stays NULL. */
void *winsock_keep(enum winsock_place place, void *made);

/* A path of Windows' or of Linux': with slashes, in `room`; NULL with errno for one too long. */
#define PATH_ROOM 4096
const char *winsock_path(char room[PATH_ROOM], const char *path);
/* The same of what is to be opened: a device by name (NUL, CONOUT$) is Linux' own. */
const char *winsock_opened_path(char room[PATH_ROOM], const char *path);
/* The path itself, with backslashes: what is given out is cut at them, as Windows' paths are. */
char *winsock_strokes(char *path);

/* The handle that goes with a descriptor; 0: none. The one before closes. -1 for a descriptor beyond
   all that is noted. */
int winsock_note_handle(int fd, intptr_t handle);

/* Formats as Windows reads formats: %I64d, %ld of 32 bits, %S and %s of wide functions. The result
   is allocated, NULL with errno when there is none. */
char *winsock_format(int *length, const char *format, va_list arguments);
wchar_t *winsock_format_wide(int *length, const wchar_t *format, va_list arguments);

#endif
