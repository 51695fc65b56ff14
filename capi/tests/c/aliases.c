/* The C runtime's other names for what libc has: times of 32 bits, wide forms, what is left of streams. */
#include <windows.h>
#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <tchar.h>
#include <time.h>
#include <wchar.h>
#include "check.h"

static void times(void) {
    __time32_t when = 86400;
    __time64_t same = 86400;
    struct tm parts, again;
    char text[32];
    wchar_t wide[32];
    CHECK(_gmtime32_s(&parts, &when) == 0 && parts.tm_mday == 2 && parts.tm_hour == 0);
    CHECK(_localtime32_s(&parts, &when) == 0 && _mktime32(&parts) == when);
    CHECK(_localtime64_s(&again, &same) == 0 && _mktime64(&again) == same);
    CHECK(memcmp(_gmtime32(&when), _gmtime64(&same), sizeof parts) == 0);
    CHECK(_ctime32_s(text, sizeof text, &when) == 0 && strlen(text) == 25 && strcmp(_ctime32(&when), _ctime64(&same)) == 0);
    CHECK(_time32(&when) == when && when > 1700000000 && _difftime32(when, when - 3) == 3.0);
    CHECK(_wctime64_s(wide, 32, &same) == 0 && wcslen(wide) == 25 && wcscmp(wide, _wctime64(&same)) == 0);
    CHECK(_wasctime_s(wide, 32, &parts) == 0 && wcscmp(wide, _wasctime(&parts)) == 0);
    CHECK(_wstrdate(wide) == wide && wide[2] == L'/' && _wstrtime_s(wide, 9) == 0 && wide[2] == L':');
}

static void numbers(void) {
    char to[32];
    int point, negative;
    CHECK(strcmp(_gcvt(0.5, 4, to), "0.5") == 0);
    CHECK(strcmp(_ecvt(12.5, 4, &point, &negative), "1250") == 0 && point == 2 && negative == 0);
    CHECK(_rotl64(0x8000000000000001ULL, 1) == 3 && _rotr64(1, 1) == 0x8000000000000000ULL);
    CHECK(_lrotl(0x80000001u, 1) == 3 && _abs64(-9000000000LL) == 9000000000LL);
    if (!is_wine()) /* mingw calls other functions by these names */
        CHECK(_chgsign(1.5) == -1.5 && _finite(1.0) && _logb(8.0) == 3.0);
}

static void strings(void) {
    char text[] = "hello";
    wchar_t wide[] = L"hello";
    char from[] = "abcd", to[5] = "";
    WINE_DIFFERS(strcmp(_strnset(text, '*', 2), "**llo") == 0);
    CHECK(strcmp(_strset(text, '-'), "-----") == 0);
    CHECK(wcscmp(_wcsnset(wide, L'*', 9), L"*****") == 0 && wcscmp(_wcsset(wide, L'-'), L"-----") == 0);
    CHECK(_strncoll("abc", "abd", 2) == 0 && _strnicoll("ABx", "aby", 2) == 0 && _wcsicoll(L"A", L"a") == 0);
    _swab(from, to, 4);
    CHECK(strcmp(to, "badc") == 0);
    errno = ENOENT;
    char *told = _strerror("open");
    CHECK(strncmp(told, "open: ", 6) == 0 && told[strlen(told) - 1] == '\n' && *_errno() == errno);
}

static void environment(void) {
    wchar_t wide[16], *copy = NULL;
    size_t count = 0;
    CHECK(_wputenv(L"ALIASES_TEST=\x00e9t\x00e9") == 0 && wcscmp(_wgetenv(L"ALIASES_TEST"), L"\x00e9t\x00e9") == 0);
    CHECK(_wgetenv_s(&count, wide, 16, L"ALIASES_TEST") == 0 && count == 4 && wcslen(wide) == 3);
    CHECK(_wdupenv_s(&copy, &count, L"ALIASES_TEST") == 0 && count == 4 && wcscmp(copy, wide) == 0);
    free(copy);
    CHECK(_wputenv_s(L"ALIASES_TEST", L"") == 0 && _wgetenv(L"ALIASES_TEST") == NULL);
    WINE_DIFFERS(_wgetenv_s(&count, wide, 16, L"ALIASES_TEST") == 0 && count == 0 && wide[0] == 0);
}

static void paths(void) {
    wchar_t drive[_MAX_DRIVE], dir[_MAX_DIR], name[_MAX_FNAME], extension[_MAX_EXT], whole[_MAX_PATH];
    char narrow[_MAX_PATH];
    CHECK(_wsplitpath_s(L"c:\\a b\\c.txt", drive, 3, dir, 256, name, 256, extension, 256) == 0);
    CHECK(wcscmp(drive, L"c:") == 0 && wcscmp(dir, L"\\a b\\") == 0 && wcscmp(name, L"c") == 0 && wcscmp(extension, L".txt") == 0);
    _wmakepath(whole, drive, dir, L"d", L"log");
    CHECK(wcscmp(whole, L"c:\\a b\\d.log") == 0);
    CHECK(_makepath_s(narrow, sizeof narrow, NULL, "a", "b", "c") == 0 && strcmp(narrow, "a\\b.c") == 0);
    CHECK(_wfullpath(whole, L"x.y", _MAX_PATH) == whole && wcscmp(wcsrchr(whole, L'\\'), L"\\x.y") == 0);
    TCHAR text[_MAX_PATH];
    _tsplitpath_s(_T("a\\b.c"), NULL, 0, NULL, 0, text, _MAX_PATH, NULL, 0);
    CHECK(_tcscmp(text, _T("b")) == 0 && *_tcsinc(text) == 0 && _tclen(text) == 1);
}

static void files(void) {
    struct _stat told;
    int fd = _wopen(L"aliases.tmp", _O_CREAT | _O_TRUNC | _O_RDWR | _O_BINARY, _S_IREAD | _S_IWRITE);
    CHECK(fd >= 0 && _write(fd, "12345", 5) == 5 && _tell(fd) == 5 && _eof(fd) == 1);
    CHECK(_commit(fd) == 0 && _chsize_s(fd, 9) == 0 && _eof(fd) == 0 && _telli64(fd) == 5);
    _close(fd);
    CHECK(_wstat(L"aliases.tmp", &told) == 0 && told.st_size == 9 && (told.st_mode & _S_IFREG) != 0);
    FILE *file = _wfopen(L"aliases.tmp", L"wb");
    CHECK(_putw(0x01020304, file) == 0x01020304);
    CHECK(_wfreopen(L"aliases.tmp", L"rb", file) == file);
    CHECK(_getw(file) == 0x01020304);
    fclose(file);
    _wunlink(L"aliases.tmp");
    CHECK(_wstat(L"aliases.tmp", &told) == -1 && errno == ENOENT);
    CHECK(_setmaxstdio(600) == 600 && _getmaxstdio() >= 600);
    errno = 0;
    CHECK(_setmaxstdio(1 << 20) == -1);
    WINE_DIFFERS(errno == EINVAL);
}

static int broken;
static void on_break(int signal) { broken = signal; }

static void refused(const wchar_t *what, const wchar_t *function, const wchar_t *file, unsigned line,
                    uintptr_t reserved) {
    (void)what, (void)function, (void)file, (void)line, (void)reserved;
}

int main(void) {
    _set_invalid_parameter_handler(refused);
    times();
    numbers();
    strings();
    environment();
    paths();
    files();
    signal(SIGBREAK, on_break);
    raise(SIGBREAK);
    CHECK(broken == SIGBREAK);
    printf("%d wrong\n", wrong);
    return wrong;
}
