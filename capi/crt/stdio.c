/* The printf family with sizes, wsprintf and strsafe's text; scanf with sizes; files. */
#include "crt.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* For those that return -1. */
static int fail(int error) {
    refuse(error);
    return -1;
}

#define C char
#define N(narrow, wide) narrow
#include "stdio.inc"
#undef C
#undef N

#define C wchar_t
#define N(narrow, wide) wide
#include "stdio.inc"
#undef C
#undef N

/* Files. Their contents are bytes: no line end is changed, and `b`, `t`, `,ccs=` say nothing. */

#define MODE_ROOM 8

/* What libc knows of a mode. */
static void plain_mode(char plain[MODE_ROOM], const char *mode) {
    size_t at = 0;
    for (; *mode != 0 && *mode != ',' && at < MODE_ROOM - 1; mode++)
        if (strchr("rwa+x", *mode) != NULL)
            plain[at++] = *mode;
    plain[at] = 0;
}

static FILE *open_text(const char *path, const char *mode) {
    char plain[MODE_ROOM], room[PATH_ROOM];
    plain_mode(plain, mode);
    path = winsock_opened_path(room, path);
    return path == NULL ? NULL : fopen(path, plain);
}

/* Programs that say fopen get this one: its paths may be Windows'. */
FILE *winsock_fopen(const char *path, const char *mode) {
    if (path == NULL || mode == NULL) {
        refuse(EINVAL);
        return NULL;
    }
    return open_text(path, mode);
}

/* As do those that say freopen; without a path only the mode is another. */
FILE *winsock_freopen(const char *path, const char *mode, FILE *old) {
    if (mode == NULL || old == NULL) {
        refuse(EINVAL);
        return NULL;
    }
    char plain[MODE_ROOM], room[PATH_ROOM];
    plain_mode(plain, mode);
    const char *named = winsock_opened_path(room, path);
    if (path != NULL && named == NULL) {
        fclose(old);
        return NULL;
    }
    return freopen(named, plain, old);
}

int fopen_s(FILE **file, const char *path, const char *mode) {
    if (file == NULL || path == NULL || mode == NULL)
        return refuse(EINVAL);
    *file = open_text(path, mode);
    return *file == NULL ? errno : 0;
}

FILE *_wfopen(const wchar_t *path, const wchar_t *mode) {
    char *narrow_path = winsock_narrow_text(path), *narrow_mode = winsock_narrow_text(mode);
    FILE *file = NULL;
    if (narrow_path == NULL || narrow_mode == NULL)
        errno = EINVAL;
    else
        file = open_text(narrow_path, narrow_mode);
    free(narrow_path);
    free(narrow_mode);
    return file;
}

int _wfopen_s(FILE **file, const wchar_t *path, const wchar_t *mode) {
    if (file == NULL || path == NULL || mode == NULL)
        return refuse(EINVAL);
    *file = _wfopen(path, mode);
    return *file == NULL ? errno : 0;
}

/* Linux' files have no sharing modes: everybody may open them. */
FILE *_fsopen(const char *path, const char *mode, int sharing) {
    (void)sharing;
    FILE *file = NULL;
    fopen_s(&file, path, mode);
    return file;
}

FILE *_wfsopen(const wchar_t *path, const wchar_t *mode, int sharing) {
    (void)sharing;
    return _wfopen(path, mode);
}

int freopen_s(FILE **file, const char *path, const char *mode, FILE *old) {
    if (file == NULL || mode == NULL || old == NULL)
        return refuse(EINVAL);
    *file = winsock_freopen(path, mode, old);
    return *file == NULL ? errno : 0;
}

int tmpfile_s(FILE **file) {
    if (file == NULL)
        return refuse(EINVAL);
    *file = tmpfile();
    return *file == NULL ? errno : 0;
}

size_t fread_s(void *to, size_t room, size_t size, size_t count, FILE *file) {
    if (size == 0 || count == 0)
        return 0;
    if (to == NULL || file == NULL || count > room / size) {
        refuse(to == NULL || file == NULL ? EINVAL : ERANGE);
        return 0;
    }
    return fread(to, size, count, file);
}

char *gets_s(char *to, size_t room) {
    if (to == NULL || room == 0) {
        refuse(EINVAL);
        return NULL;
    }
    size_t length = 0;
    int byte;
    while ((byte = getchar()) != EOF && byte != '\n') {
        if (length + 1 >= room) {
            *to = 0;
            refuse(ERANGE);
            return NULL;
        }
        to[length++] = (char)byte;
    }
    to[length] = 0;
    return byte == EOF && length == 0 ? NULL : to;
}

/* scanf, one directive at a time: %s, %c and %[ have their room as a further argument. */

struct source {
    FILE *file;       /* or */
    const char *text;
};

/* Scans one directive; what libc returns. `used` counts the bytes of a text. */
static int scan_one(struct source *source, const char *format, void *to) {
    if (source->file != NULL)
        return to == NULL ? fscanf(source->file, format) : fscanf(source->file, format, to);
    int used = -1, got;
    char counted[300];
    snprintf(counted, sizeof counted, "%s%%n", format);
    got = to == NULL ? sscanf(source->text, counted, &used) : sscanf(source->text, counted, to, &used);
    if (used >= 0)
        source->text += used;
    return used < 0 && got == 0 && to == NULL ? -2 : got;
}

static const char *end_of_set(const char *at) {
    at += *at == '^';
    at += *at == ']';
    while (*at != 0 && *at != ']')
        at++;
    return at;
}

static int scan(struct source source, const char *format, va_list *arguments) {
    int done = 0;
    while (*format != 0) {
        char one[256];
        size_t length = 0;
        if (format[0] != '%' || format[1] == '%') { /* text to be met, or space */
            length = format[0] == '%' ? 2 : 1;
            memcpy(one, format, length);
            one[length] = 0;
            format += length;
            if (scan_one(&source, one, NULL) < 0)
                return done;
            continue;
        }
        const char *at = format + 1;
        int skip = *at == '*', wide = 0, width = 0, is_long = 0;
        at += skip;
        while (*at >= '0' && *at <= '9')
            width = width * 10 + (*at++ - '0');
        const char *size = "";
        for (; *at != 0 && strchr("hlLIwzjt", *at) != NULL; at++) {
            if (at[0] == 'I' && (at[1] == '6' || at[1] == '3')) {
                size = at[1] == '6' ? "ll" : "";
                at += 2;
            } else if (*at == 'l') {
                size = is_long++ ? "ll" : "l";
            } else {
                size = *at == 'h' ? (*size == 'h' ? "hh" : "h") : *at == 'w' ? "l" : *at == 'I' ? "ll" : *at == 'L' ? "L" : *at == 'z' ? "z" : *at == 'j' ? "j" : "t";
            }
        }
        wide = *size == 'l';
        const char *end = *at == '[' ? end_of_set(at + 1) : at;
        if (*end == 0 || (size_t)(end - at) > 200)
            return done;
        int text = *at == 's' || *at == 'c' || *at == '[';
        if (!text && is_long == 1 && strchr("aefgAEFG", *at) == NULL)
            size = ""; /* a long of Windows has 32 bits */
        void *to = skip ? NULL : va_arg(*arguments, void *);
        unsigned room = text && !skip ? va_arg(*arguments, unsigned) : 0;
        if (text && !skip && *at != 'c' && (width == 0 || (unsigned)width >= room)) {
            if (room == 0)
                return done;
            /* What does not fit ends the scan, with an empty text, as on Windows. */
            width = (int)room;
        }
        if (text && !skip && *at == 'c' && (unsigned)(width == 0 ? 1 : width) > room)
            return done;
        char number[16] = "";
        if (width > 0)
            snprintf(number, sizeof number, "%d", text && !skip && *at != 'c' && (unsigned)width >= room ? (int)room : width);
        snprintf(one, sizeof one, "%%%s%s%s%.*s", skip ? "*" : "", number, text && !wide ? "" : size, (int)(end - at + 1), at);
        format = end + 1;
        if (text && !skip && *at != 'c') {
            char *buffer = malloc(((size_t)room + 1) * (wide ? sizeof(wchar_t) : 1));
            int got = buffer == NULL ? EOF : scan_one(&source, one, buffer);
            size_t count = got == 1 ? (wide ? wcslen((wchar_t *)buffer) : strlen(buffer)) : 0;
            if (got == 1 && count < room)
                memcpy(to, buffer, (count + 1) * (wide ? sizeof(wchar_t) : 1));
            else if (wide)
                *(wchar_t *)to = 0;
            else
                *(char *)to = 0;
            free(buffer);
            if (got != 1)
                return got == EOF && done == 0 ? EOF : done;
            if (count >= room)
                return done;
            done++;
            continue;
        }
        int got = scan_one(&source, one, to);
        if (got == EOF)
            return done == 0 ? EOF : done;
        if (*at != 'n' && !skip && got != 1)
            return done;
        done += *at != 'n' && !skip;
    }
    return done;
}

int vsscanf_s(const char *text, const char *format, va_list arguments) {
    va_list rest;
    va_copy(rest, arguments);
    int done = text == NULL || format == NULL ? fail(EINVAL) : scan((struct source){NULL, text}, format, &rest);
    va_end(rest);
    return done;
}

int vfscanf_s(FILE *file, const char *format, va_list arguments) {
    va_list rest;
    va_copy(rest, arguments);
    int done = file == NULL || format == NULL ? fail(EINVAL) : scan((struct source){file, NULL}, format, &rest);
    va_end(rest);
    return done;
}

#define WITH_ARGUMENTS(last, call)  \
    va_list arguments;              \
    va_start(arguments, last);      \
    int result = call;              \
    va_end(arguments);              \
    return result;

int sscanf_s(const char *text, const char *format, ...) { WITH_ARGUMENTS(format, vsscanf_s(text, format, arguments)) }
int fscanf_s(FILE *file, const char *format, ...) { WITH_ARGUMENTS(format, vfscanf_s(file, format, arguments)) }
int scanf_s(const char *format, ...) { WITH_ARGUMENTS(format, vfscanf_s(stdin, format, arguments)) }
