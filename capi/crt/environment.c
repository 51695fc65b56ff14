/* Time, environment, paths, descriptors and the keyboard, by Windows' names for them. */
#include "crt.h"
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/* Time. */

int localtime_s(struct tm *to, const time_t *when) {
    if (to == NULL || when == NULL || *when < 0) {
        if (to != NULL)
            memset(to, 0xFF, sizeof *to);
        return refuse(EINVAL);
    }
    return localtime_r(when, to) == NULL ? errno : 0;
}

int gmtime_s(struct tm *to, const time_t *when) {
    if (to == NULL || when == NULL || *when < 0) {
        if (to != NULL)
            memset(to, 0xFF, sizeof *to);
        return refuse(EINVAL);
    }
    return gmtime_r(when, to) == NULL ? errno : 0;
}

int asctime_s(char *to, size_t room, const struct tm *when) {
    if (to == NULL || room < 26 || when == NULL)
        return refuse(EINVAL);
    return strftime(to, room, "%a %b %d %H:%M:%S %Y\n", when) == 0 ? EINVAL : 0;
}

int ctime_s(char *to, size_t room, const time_t *when) {
    struct tm parts;
    int bad = when == NULL ? refuse(EINVAL) : localtime_s(&parts, when);
    return bad ? bad : asctime_s(to, room, &parts);
}

static int now_as(char *to, size_t room, const char *format) {
    time_t now = time(NULL);
    struct tm parts;
    if (to == NULL || room < 9) {
        if (to != NULL && room > 0)
            *to = 0;
        return refuse(to == NULL ? EINVAL : ERANGE);
    }
    localtime_r(&now, &parts);
    strftime(to, room, format, &parts);
    return 0;
}

int _strdate_s(char *to, size_t room) { return now_as(to, room, "%m/%d/%y"); }
int _strtime_s(char *to, size_t room) { return now_as(to, room, "%H:%M:%S"); }
char *_strdate(char *to) { return _strdate_s(to, 9) == 0 ? to : NULL; }
char *_strtime(char *to) { return _strtime_s(to, 9) == 0 ? to : NULL; }
void _tzset(void) { tzset(); }
time_t _mkgmtime(struct tm *parts) { return timegm(parts); }

int _get_timezone(long *seconds) {
    if (seconds == NULL)
        return refuse(EINVAL);
    tzset();
    *seconds = timezone; /* all of it: a program's own long has 64 bits here */
    return 0;
}

/* Environment. */

int _dupenv_s(char **to, size_t *count, const char *name) {
    if (to == NULL || name == NULL)
        return refuse(EINVAL);
    const char *value = getenv(name);
    *to = value == NULL ? NULL : strdup(value);
    if (count != NULL)
        *count = *to == NULL ? 0 : strlen(*to) + 1;
    return value != NULL && *to == NULL ? ENOMEM : 0;
}

int getenv_s(size_t *count, char *to, size_t room, const char *name) {
    if (count == NULL || name == NULL || (to == NULL && room > 0))
        return refuse(EINVAL);
    const char *value = getenv(name);
    *count = value == NULL ? 0 : strlen(value) + 1;
    if (to != NULL && room > 0)
        *to = 0;
    if (value == NULL || room == 0)
        return 0;
    if (*count > room)
        return refuse(ERANGE);
    memcpy(to, value, *count);
    return 0;
}

int _putenv_s(const char *name, const char *value) {
    if (name == NULL || value == NULL)
        return refuse(EINVAL);
    int failed = *value == 0 ? unsetenv(name) : setenv(name, value, 1);
    return failed ? errno : 0;
}

int _putenv(const char *setting) {
    const char *equals = setting == NULL ? NULL : strchr(setting, '=');
    char *name = equals == NULL || equals == setting ? NULL : strndup(setting, (size_t)(equals - setting));
    if (name == NULL) {
        errno = EINVAL;
        return -1;
    }
    int failed = _putenv_s(name, equals + 1);
    free(name);
    return failed ? -1 : 0;
}

/* Paths: both separators are known, and a drive, though Linux has none. */

static void part(char *to, size_t room, const char *from, size_t count) {
    if (to == NULL || room == 0)
        return;
    count = count < room ? count : room - 1;
    memcpy(to, from, count);
    to[count] = 0;
}

int _splitpath_s(const char *path, char *drive, size_t drive_room, char *dir, size_t dir_room,
                 char *name, size_t name_room, char *extension, size_t extension_room) {
    if (path == NULL)
        return refuse(EINVAL);
    size_t letter = path[0] != 0 && path[1] == ':' ? 2 : 0;
    const char *base = path + letter;
    for (const char *at = base; *at != 0; at++)
        base = *at == '/' || *at == '\\' ? at + 1 : base;
    const char *dot = strrchr(base, '.');
    const char *end = base + strlen(base);
    dot = dot == NULL ? end : dot;
    part(drive, drive_room, path, letter);
    part(dir, dir_room, path + letter, (size_t)(base - path) - letter);
    part(name, name_room, base, (size_t)(dot - base));
    part(extension, extension_room, dot, (size_t)(end - dot));
    return 0;
}

void _splitpath(const char *path, char *drive, char *dir, char *name, char *extension) {
    _splitpath_s(path, drive, 3, dir, 256, name, 256, extension, 256);
}

void _makepath(char *to, const char *drive, const char *dir, const char *name, const char *extension) {
    *to = 0;
    if (drive != NULL && *drive != 0)
        to += sprintf(to, "%c:", *drive);
    if (dir != NULL && *dir != 0) {
        to += sprintf(to, "%s", dir);
        if (to[-1] != '/' && to[-1] != '\\')
            to += sprintf(to, "\\");
    }
    if (name != NULL)
        to += sprintf(to, "%s", name);
    if (extension != NULL && *extension != 0)
        sprintf(to, "%s%s", *extension == '.' ? "" : ".", extension);
}

char *_fullpath(char *to, const char *path, size_t room) {
    char here[4096], divided[PATH_ROOM];
    if (path != NULL && (path = winsock_path(divided, path)) == NULL)
        return NULL;
    const char *base = path != NULL && path[0] == '/' ? "" : getcwd(here, sizeof here);
    if (base == NULL)
        return NULL;
    char *whole = malloc(strlen(base) + (path == NULL ? 0 : strlen(path)) + 2);
    if (whole == NULL)
        return NULL;
    sprintf(whole, "%s/%s", base, path == NULL ? "" : path);
    /* `.`, `..` and doubled separators go, whether or not the path exists. */
    char *out = whole;
    for (char *at = whole; *at != 0;) {
        while (*at == '/')
            at++;
        size_t length = strcspn(at, "/");
        if (length == 2 && strncmp(at, "..", 2) == 0) {
            while (out > whole && *--out != '/') {
            }
        } else if (length > 0 && !(length == 1 && *at == '.')) {
            *out++ = '/';
            memmove(out, at, length);
            out += length;
        }
        at += length;
    }
    if (out == whole)
        *out++ = '/';
    *out = 0;
    winsock_strokes(whole);
    if (to == NULL)
        return whole;
    char *result = strlen(whole) < room ? strcpy(to, whole) : NULL;
    free(whole);
    if (result == NULL)
        errno = ERANGE;
    return result;
}

/* Files and descriptors. The modes of _access: 0 exists, 2 writes, 4 reads. */

int _access(const char *path, int mode) {
    char room[PATH_ROOM];
    path = winsock_path(room, path);
    return path == NULL ? -1 : access(path, mode & 6);
}
int _access_s(const char *path, int mode) {
    if (path == NULL || (mode & ~6) != 0)
        return refuse(EINVAL);
    char room[PATH_ROOM];
    path = winsock_path(room, path);
    return path != NULL && access(path, mode) == 0 ? 0 : errno;
}
int _waccess_s(const wchar_t *path, int mode) {
    char *narrow = winsock_narrow_text(path);
    int result = _access_s(narrow, mode);
    free(narrow);
    return result;
}
int _waccess(const wchar_t *path, int mode) {
    int error = _waccess_s(path, mode);
    errno = error == 0 ? errno : error;
    return error == 0 ? 0 : -1;
}
int _close(int fd) {
    winsock_note_handle(fd, 0);
    return close(fd);
}
int _read(int fd, void *to, unsigned count) { return (int)read(fd, to, count); }
int _write(int fd, const void *from, unsigned count) { return (int)write(fd, from, count); }
int _lseek(int fd, int offset, int origin) { return (int)lseek(fd, offset, origin); }
long long _lseeki64(int fd, long long offset, int origin) { return lseek(fd, offset, origin); }
int _isatty(int fd) { return isatty(fd); }
int _fileno(FILE *file) {
    if (file == NULL) {
        refuse(EINVAL);
        return -1;
    }
    return fileno(file);
}
long long _filelengthi64(int fd) {
    struct stat facts;
    return fstat(fd, &facts) == 0 ? (long long)facts.st_size : -1;
}
int _filelength(int fd) { return (int)_filelengthi64(fd); }
int _getpid(void) { return (int)getpid(); }
FILE *_popen(const char *command, const char *mode) {
    const char plain[2] = {mode != NULL && *mode == 'w' ? 'w' : 'r', 0};
    return popen(command, plain);
}
int _pclose(FILE *file) {
    int status = pclose(file);
    return WIFEXITED(status) ? WEXITSTATUS(status) : status;
}

/* Memory. */

void *_aligned_malloc(size_t size, size_t alignment) {
    void *memory = NULL;
    if (alignment == 0 || (alignment & (alignment - 1)) != 0) {
        refuse(EINVAL);
        return NULL;
    }
    int failed = posix_memalign(&memory, alignment < sizeof memory ? sizeof memory : alignment, size == 0 ? 1 : size);
    errno = failed ? failed : errno;
    return failed ? NULL : memory;
}

void _aligned_free(void *memory) { free(memory); }

extern size_t malloc_usable_size(void *memory);

void *_aligned_realloc(void *old, size_t size, size_t alignment) {
    if (old != NULL && size == 0) {
        free(old);
        return NULL;
    }
    void *new = _aligned_malloc(size, alignment);
    if (new != NULL && old != NULL) {
        size_t had = malloc_usable_size(old);
        memcpy(new, old, had < size ? had : size);
        free(old);
    }
    return new;
}

size_t _msize(void *memory) { return malloc_usable_size(memory); }

/* Text of one width made the other's, with the null. */

int mbstowcs_s(size_t *converted, wchar_t *to, size_t room, const char *from, size_t count) {
    size_t bytes = from == NULL ? 0 : strlen(from);
    size_t all = from == NULL ? 0 : winsock_widen(NULL, 0, from, bytes);
    size_t wanted = count < all ? count : all;
    if (converted != NULL)
        *converted = 0;
    if (from == NULL || (to == NULL && room > 0))
        return refuse(EINVAL);
    if (to != NULL && wanted >= room) {
        if (count != TRUNCATE || room == 0) {
            if (room > 0)
                *to = 0;
            return refuse(ERANGE);
        }
        wanted = room - 1;
    }
    if (to != NULL) {
        winsock_widen(to, wanted, from, bytes);
        to[wanted] = 0;
    }
    if (converted != NULL)
        *converted = wanted + 1;
    return to != NULL && wanted < all && count == TRUNCATE ? STRUNCATE : 0;
}

int wcstombs_s(size_t *converted, char *to, size_t room, const wchar_t *from, size_t count) {
    if (converted != NULL)
        *converted = 0;
    if (from == NULL || (to == NULL && room > 0))
        return refuse(EINVAL);
    /* Whole characters only, as many as there is room for. */
    size_t characters = 0, bytes = 0, most = to == NULL ? SIZE_MAX : room == 0 ? 0 : room - 1;
    while (from[characters] != 0) {
        size_t next = bytes + winsock_narrow(NULL, 0, from + characters, 1);
        if (next > most || next > count)
            break;
        bytes = next;
        characters++;
    }
    int cut = from[characters] != 0 && bytes + 4 > most && count > most;
    if (to != NULL && cut && count != TRUNCATE) {
        if (room > 0)
            *to = 0;
        return refuse(ERANGE);
    }
    if (to != NULL && room > 0) {
        winsock_narrow(to, bytes, from, characters);
        to[bytes] = 0;
    }
    if (converted != NULL)
        *converted = bytes + 1;
    return to != NULL && cut ? STRUNCATE : 0;
}

int rand_s(unsigned *value) {
    if (value == NULL)
        return refuse(EINVAL);
    return getrandom(value, sizeof *value, 0) == sizeof *value ? 0 : errno;
}

struct order {
    int (*compare)(void *, const void *, const void *);
    void *context;
};

static int ordered(const void *a, const void *b, void *order) {
    struct order *by = order;
    return by->compare(by->context, a, b);
}

void qsort_s(void *base, size_t count, size_t size, int (*compare)(void *, const void *, const void *), void *context) {
    struct order order = {compare, context};
    qsort_r(base, count, size, ordered, &order);
}

/* The beginning and the end of a program. */

static int count_of_words;
static char **words_of_main;

__attribute__((constructor)) static void begin(int count, char **words) {
    count_of_words = count;
    words_of_main = words;
}

int *__p___argc(void) { return &count_of_words; }
char ***__p___argv(void) { return &words_of_main; }

typedef int (*onexit)(void);
onexit _onexit(onexit function) {
    return function != NULL && atexit((void (*)(void))(void *)function) == 0 ? function : NULL;
}

/* The keyboard: one key without Enter, where there is a terminal. */

/* Who may have taken keys from the terminal before: the next byte, taken or only seen; -1: none. */
static int (*_Atomic first)(int take);

void winsock_ask_first(int (*whom)(int take)) { first = whom; }

static int key(int echoes) {
    int ahead = first == NULL ? -1 : first(1);
    if (ahead >= 0) {
        if (echoes)
            (void)!write(1, &ahead, 1);
        return ahead;
    }
    struct termios before;
    int terminal = tcgetattr(0, &before) == 0;
    fflush(stdout);
    if (terminal) {
        struct termios raw = before;
        raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
        raw.c_cc[VMIN] = 1;
        raw.c_cc[VTIME] = 0;
        tcsetattr(0, TCSANOW, &raw);
    }
    unsigned char byte;
    ssize_t got;
    do
        got = read(0, &byte, 1);
    while (got < 0 && errno == EINTR);
    if (terminal)
        tcsetattr(0, TCSANOW, &before);
    if (got != 1)
        return EOF;
    if (echoes)
        (void)!write(1, &byte, 1);
    return byte == '\n' && terminal ? '\r' : byte;
}

int _getch(void) { return key(0); }
int _getche(void) { return key(1); }
int _putch(int character) { return putchar(character); }

/* Whether what is no terminal has a byte: at its end no key will come. */
static int waits(void) {
    struct stat about;
    int count = 0;
    if (fstat(0, &about) == 0 && S_ISREG(about.st_mode))
        return lseek(0, 0, SEEK_CUR) < about.st_size;
    return ioctl(0, FIONREAD, &count) == 0 && count > 0;
}

int _kbhit(void) {
    if (first != NULL && first(0) >= 0)
        return 1;
    struct termios before;
    if (tcgetattr(0, &before) != 0)
        return waits();
    struct termios raw = before;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    tcsetattr(0, TCSANOW, &raw);
    struct pollfd keyboard = {.fd = 0, .events = POLLIN};
    int hit = poll(&keyboard, 1, 0) == 1 && (keyboard.revents & POLLIN) != 0;
    tcsetattr(0, TCSANOW, &before);
    return hit;
}
