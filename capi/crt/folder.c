/* Folders, and the names of files, by paths of Windows' or of Linux', narrow and wide. */
#include "crt.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int _unlink(const char *path) {
    char room[PATH_ROOM];
    path = winsock_path(room, path);
    return path == NULL ? -1 : unlink(path);
}
int _mkdir(const char *path) {
    char room[PATH_ROOM];
    path = winsock_path(room, path);
    return path == NULL ? -1 : mkdir(path, 0777);
}
int _rmdir(const char *path) {
    char room[PATH_ROOM];
    path = winsock_path(room, path);
    return path == NULL ? -1 : rmdir(path);
}
int _chdir(const char *path) {
    char room[PATH_ROOM];
    path = winsock_path(room, path);
    return path == NULL ? -1 : chdir(path);
}
char *winsock_strokes(char *path) {
    for (char *at = path; (at = strchr(at, '/')) != NULL;)
        *at = '\\';
    return path;
}

char *_getcwd(char *to, int room) {
    char *path = getcwd(to, (size_t)(room < 0 ? 0 : room));
    return path == NULL ? NULL : winsock_strokes(path);
}

/* A file only, as on Windows: a folder is EACCES. */
int winsock_remove(const char *path) {
    int failed = _unlink(path);
    if (failed && errno == EISDIR)
        errno = EACCES;
    return failed;
}

/* A name that is there already is not replaced: EEXIST. */
int winsock_rename(const char *from, const char *to) {
    char room[PATH_ROOM], other[PATH_ROOM];
    from = winsock_path(room, from);
    to = winsock_path(other, to);
    if (from == NULL || to == NULL)
        return -1;
    int failed = renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
    if (!failed || errno != EINVAL)
        return failed;
    if (faccessat(AT_FDCWD, to, F_OK, AT_SYMLINK_NOFOLLOW) == 0) { /* a file system without that */
        errno = EEXIST;
        return -1;
    }
    return rename(from, to);
}

/* What `call` does with a wide path as a narrow one. */
static int with_narrow(const wchar_t *path, int (*call)(const char *)) {
    char *narrow = winsock_narrow_text(path);
    int failed = -1;
    if (narrow == NULL)
        errno = EINVAL;
    else
        failed = call(narrow);
    free(narrow);
    return failed;
}

int _wunlink(const wchar_t *path) { return with_narrow(path, _unlink); }
int _wremove(const wchar_t *path) { return with_narrow(path, winsock_remove); }
int _wmkdir(const wchar_t *path) { return with_narrow(path, _mkdir); }
int _wrmdir(const wchar_t *path) { return with_narrow(path, _rmdir); }
int _wchdir(const wchar_t *path) { return with_narrow(path, _chdir); }

int _chmod(const char *path, int mode);
int _wchmod(const wchar_t *path, int mode) {
    char *narrow = winsock_narrow_text(path);
    int failed = -1;
    if (narrow == NULL)
        errno = EINVAL;
    else
        failed = _chmod(narrow, mode);
    free(narrow);
    return failed;
}

int _wrename(const wchar_t *from, const wchar_t *to) {
    char *narrow_from = winsock_narrow_text(from), *narrow_to = winsock_narrow_text(to);
    int failed = -1;
    if (narrow_from == NULL || narrow_to == NULL)
        errno = EINVAL;
    else
        failed = winsock_rename(narrow_from, narrow_to);
    free(narrow_from);
    free(narrow_to);
    return failed;
}

/* Into `to` of `room` characters, or into memory of its own for NULL. */
wchar_t *_wgetcwd(wchar_t *to, int room) {
    char *narrow = _getcwd(NULL, 0);
    if (narrow == NULL)
        return NULL;
    size_t bytes = strlen(narrow) + 1, length = winsock_widen(NULL, 0, narrow, bytes);
    if (to == NULL)
        to = malloc(length * sizeof *to);
    else if (room < 0 || length > (size_t)room)
        errno = ERANGE, to = NULL;
    if (to != NULL)
        winsock_widen(to, length, narrow, bytes);
    free(narrow);
    return to;
}

/* libc's functions, by paths of either manner: each does what it does there. */
int winsock_access(const char *path, int mode) {
    char room[PATH_ROOM];
    path = winsock_path(room, path);
    return path == NULL ? -1 : access(path, mode);
}
int winsock_stat(const char *path, struct stat *facts) {
    char room[PATH_ROOM];
    path = winsock_path(room, path);
    return path == NULL ? -1 : stat(path, facts);
}
int winsock_chmod(const char *path, mode_t mode) {
    char room[PATH_ROOM];
    path = winsock_path(room, path);
    return path == NULL ? -1 : chmod(path, mode);
}
int winsock_mkdir(const char *path, mode_t mode) {
    char room[PATH_ROOM];
    path = winsock_path(room, path);
    return path == NULL ? -1 : mkdir(path, mode);
}
int winsock_unlink(const char *path) { return _unlink(path); }
int winsock_rmdir(const char *path) { return _rmdir(path); }
int winsock_chdir(const char *path) { return _chdir(path); }
DIR *winsock_opendir(const char *path) {
    char room[PATH_ROOM];
    path = winsock_path(room, path);
    return path == NULL ? NULL : opendir(path);
}
