/* The wide forms of functions for the environment, paths, streams and times: the narrow ones, whose
   texts are converted. */
#include "crt.h"
#include <time.h>
#include <unistd.h>

int winsock_system(const char *command);
FILE *winsock_freopen(const char *path, const char *mode, FILE *old);
int _dupenv_s(char **to, size_t *count, const char *name);
int _putenv(const char *setting);
int _putenv_s(const char *name, const char *value);
char *_fullpath(char *to, const char *path, size_t room);
int _splitpath_s(const char *path, char *drive, size_t drive_room, char *dir, size_t dir_room,
                 char *name, size_t name_room, char *extension, size_t extension_room);
void _makepath(char *to, const char *drive, const char *dir, const char *name, const char *extension);
int freopen_s(FILE **file, const char *path, const char *mode, FILE *old);
FILE *_popen(const char *command, const char *mode);
int asctime_s(char *to, size_t room, const struct tm *when);
int ctime_s(char *to, size_t room, const time_t *when);
int _strdate_s(char *to, size_t room);
int _strtime_s(char *to, size_t room);

/* A narrow text where the caller wants a wide one: 0, or ERANGE for one that does not fit. */
static int widen(wchar_t *to, size_t room, const char *from) {
    size_t bytes = strlen(from), count = winsock_widen(NULL, 0, from, bytes);
    if (to == NULL || room == 0)
        return refuse(EINVAL);
    if (count >= room) {
        *to = 0;
        return refuse(ERANGE);
    }
    winsock_widen(to, room, from, bytes);
    to[count] = 0;
    return 0;
}

/* The first `room` characters of a text, for functions that cut. */
static void cut(wchar_t *to, size_t room, const char *from) {
    if (to == NULL || room == 0)
        return;
    size_t bytes = strlen(from), count = winsock_widen(NULL, 0, from, bytes);
    winsock_widen(to, room - 1, from, bytes);
    to[count < room ? count : room - 1] = 0;
}

wchar_t *_wgetenv(const wchar_t *name) {
    char *narrow = winsock_narrow_text(name);
    const char *value = narrow == NULL ? NULL : getenv(narrow);
    free(narrow);
    return value == NULL ? NULL : winsock_keep_wide(WINSOCK_ENVIRONMENT_TEXT, value);
}

int _wdupenv_s(wchar_t **to, size_t *count, const wchar_t *name) {
    char *narrow = winsock_narrow_text(name), *value = NULL;
    if (to == NULL)
        return free(narrow), refuse(EINVAL);
    int failed = _dupenv_s(&value, NULL, narrow);
    size_t length = value == NULL ? 0 : winsock_widen(NULL, 0, value, strlen(value)) + 1;
    *to = value == NULL ? NULL : malloc(length * sizeof **to);
    if (*to != NULL)
        widen(*to, length, value);
    if (count != NULL)
        *count = *to == NULL ? 0 : length;
    free(value);
    free(narrow);
    return failed;
}

int _wgetenv_s(size_t *count, wchar_t *to, size_t room, const wchar_t *name) {
    wchar_t *value;
    size_t length;
    if (count == NULL || (to == NULL && room > 0))
        return refuse(EINVAL);
    int failed = _wdupenv_s(&value, &length, name);
    *count = length;
    if (failed == 0 && to != NULL && room > 0) {
        failed = length > room ? refuse(ERANGE) : 0;
        to[0] = 0;
        if (failed == 0 && value != NULL)
            wmemcpy(to, value, length);
    }
    free(value);
    return failed;
}

int _wputenv(const wchar_t *setting) {
    char *narrow = winsock_narrow_text(setting);
    int failed = _putenv(narrow);
    free(narrow);
    return failed;
}

int _wputenv_s(const wchar_t *name, const wchar_t *value) {
    char *narrow = winsock_narrow_text(name), *narrow_value = winsock_narrow_text(value);
    int failed = _putenv_s(narrow, narrow_value);
    free(narrow);
    free(narrow_value);
    return failed;
}

int _wsystem(const wchar_t *command) {
    char *narrow = winsock_narrow_text(command);
    int result = winsock_system(narrow);
    free(narrow);
    return result;
}

void _wperror(const wchar_t *prefix) {
    int error = errno;
    char *narrow = winsock_narrow_text(prefix);
    errno = error;
    perror(narrow);
    free(narrow);
}

wchar_t *_wfullpath(wchar_t *to, const wchar_t *path, size_t room) {
    char *narrow = winsock_narrow_text(path), *full = _fullpath(NULL, narrow, 0);
    free(narrow);
    if (full == NULL)
        return NULL;
    size_t count = winsock_widen(NULL, 0, full, strlen(full)) + 1;
    int fits = to == NULL || count <= room;
    if (to == NULL)
        to = malloc(count * sizeof *to);
    if (fits && to != NULL)
        widen(to, count, full);
    else
        errno = fits ? ENOMEM : ERANGE;
    free(full);
    return fits ? to : NULL;
}

int _wsplitpath_s(const wchar_t *path, wchar_t *drive, size_t drive_room, wchar_t *dir, size_t dir_room,
                  wchar_t *name, size_t name_room, wchar_t *extension, size_t extension_room) {
    char *narrow = winsock_narrow_text(path);
    if (narrow == NULL)
        return refuse(EINVAL);
    char *parts = malloc(4 * (strlen(narrow) + 4));
    if (parts != NULL) {
        char *of[4];
        for (int at = 0; at < 4; at++)
            of[at] = parts + (size_t)at * (strlen(narrow) + 4);
        size_t room = strlen(narrow) + 4;
        _splitpath_s(narrow, of[0], room, of[1], room, of[2], room, of[3], room);
        cut(drive, drive_room, of[0]);
        cut(dir, dir_room, of[1]);
        cut(name, name_room, of[2]);
        cut(extension, extension_room, of[3]);
    }
    free(parts);
    free(narrow);
    return parts == NULL ? ENOMEM : 0;
}

void _wsplitpath(const wchar_t *path, wchar_t *drive, wchar_t *dir, wchar_t *name, wchar_t *extension) {
    _wsplitpath_s(path, drive, 3, dir, 256, name, 256, extension, 256);
}

/* The path of these parts, allocated. */
static char *made_path(const char *drive, const char *dir, const char *name, const char *extension) {
    const char *parts[] = {drive, dir, name, extension};
    size_t room = 8;
    for (int at = 0; at < 4; at++)
        room += parts[at] == NULL ? 0 : strlen(parts[at]);
    char *path = malloc(room);
    if (path != NULL)
        _makepath(path, drive, dir, name, extension);
    return path;
}

int _makepath_s(char *to, size_t room, const char *drive, const char *dir, const char *name,
                const char *extension) {
    char *path = made_path(drive, dir, name, extension);
    if (to == NULL || room == 0 || path == NULL)
        return free(path), refuse(EINVAL);
    int fits = strlen(path) < room;
    strcpy(to, fits ? path : "");
    free(path);
    return fits ? 0 : refuse(ERANGE);
}

int _wmakepath_s(wchar_t *to, size_t room, const wchar_t *drive, const wchar_t *dir, const wchar_t *name,
                 const wchar_t *extension) {
    const wchar_t *wide[] = {drive, dir, name, extension};
    char *parts[4];
    for (int at = 0; at < 4; at++)
        parts[at] = winsock_narrow_text(wide[at]);
    char *path = made_path(parts[0], parts[1], parts[2], parts[3]);
    int failed = path == NULL ? ENOMEM : widen(to, room, path);
    for (int at = 0; at < 4; at++)
        free(parts[at]);
    free(path);
    return failed;
}

void _wmakepath(wchar_t *to, const wchar_t *drive, const wchar_t *dir, const wchar_t *name,
                const wchar_t *extension) {
    _wmakepath_s(to, 260, drive, dir, name, extension);
}

FILE *_wfreopen(const wchar_t *path, const wchar_t *mode, FILE *old) {
    char *narrow = winsock_narrow_text(path), *narrow_mode = winsock_narrow_text(mode);
    FILE *file = winsock_freopen(narrow, narrow_mode, old);
    free(narrow);
    free(narrow_mode);
    return file;
}

int _wfreopen_s(FILE **file, const wchar_t *path, const wchar_t *mode, FILE *old) {
    char *narrow = winsock_narrow_text(path), *narrow_mode = winsock_narrow_text(mode);
    int failed = freopen_s(file, narrow, narrow_mode, old);
    free(narrow);
    free(narrow_mode);
    return failed;
}

FILE *_wpopen(const wchar_t *command, const wchar_t *mode) {
    char *narrow = winsock_narrow_text(command), *narrow_mode = winsock_narrow_text(mode);
    FILE *file = _popen(narrow, narrow_mode);
    free(narrow);
    free(narrow_mode);
    return file;
}

int _wasctime_s(wchar_t *to, size_t room, const struct tm *when) {
    char text[64];
    int failed = asctime_s(text, sizeof text, when);
    return failed ? failed : widen(to, room, text);
}

wchar_t *_wasctime(const struct tm *when) {
    char text[64];
    return asctime_s(text, sizeof text, when) ? NULL : winsock_keep_wide(WINSOCK_TIME_TEXT, text);
}

int _wctime_s(wchar_t *to, size_t room, const time_t *when) {
    char text[64];
    int failed = ctime_s(text, sizeof text, when);
    return failed ? failed : widen(to, room, text);
}

wchar_t *_wctime(const time_t *when) {
    char text[64];
    return ctime_s(text, sizeof text, when) ? NULL : winsock_keep_wide(WINSOCK_TIME_TEXT, text);
}

int _wstrdate_s(wchar_t *to, size_t room) {
    char text[16];
    _strdate_s(text, sizeof text);
    return widen(to, room, text);
}

wchar_t *_wstrdate(wchar_t *to) { return _wstrdate_s(to, 9) ? NULL : to; }

int _wstrtime_s(wchar_t *to, size_t room) {
    char text[16];
    _strtime_s(text, sizeof text);
    return widen(to, room, text);
}

wchar_t *_wstrtime(wchar_t *to) { return _wstrtime_s(to, 9) ? NULL : to; }
