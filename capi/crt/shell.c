/* shlwapi: paths as text, and parts of texts. A path is divided by \ or /. One text for both
   widths. */
#include "crt.h"
#include <ctype.h>
#include <wctype.h>

#define MAX_PATH 260
#define INVALID_ATTRIBUTES 0xFFFFFFFFu
#define DIRECTORY 0x10u

typedef int BOOL;
typedef unsigned DWORD;

DWORD GetFileAttributesA(const char *path);
DWORD GetFileAttributesW(const wchar_t *path);
void *LocalAlloc(unsigned flags, size_t bytes);

#define C char
#define U unsigned char
#define T unsigned short
#define N(narrow, wide) narrow
#include "shell.inc"
#undef C
#undef U
#undef T
#undef N

#define C wchar_t
#define U wint_t
#define T wchar_t
#define N(narrow, wide) wide
#include "shell.inc"

int StrCmpW(const wchar_t *one, const wchar_t *other) { return StrCmpNW(one, other, 0x7FFFFFFF); }
int StrCmpIW(const wchar_t *one, const wchar_t *other) { return StrCmpNIW(one, other, 0x7FFFFFFF); }

/* `room` counts the null, which is always written. */
wchar_t *StrCpyNW(wchar_t *to, const wchar_t *from, int room) {
    if (to == NULL || room <= 0)
        return to;
    *to = 0;
    return StrCatBuffW(to, from, room);
}
