/* The C runtime's own functions that crt_string.c leaves: numbers, paths, files, formats by lists. */
#include <windows.h>
#include <direct.h>
#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <process.h>
#include <share.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>
#include "check.h"

static void refused(const wchar_t *what, const wchar_t *function, const wchar_t *file, unsigned line,
                    uintptr_t reserved) {
    (void)what, (void)function, (void)file, (void)line, (void)reserved;
}

static void numbers(void) {
    char to[70];
    wchar_t wide[70];
    CHECK(strcmp(_i64toa(-9000000000LL, to, 10), "-9000000000") == 0 && strcmp(_ui64toa(9000000000ULL, to, 16), "218711a00") == 0);
    CHECK(strcmp(_ltoa(-7, to, 10), "-7") == 0 && strcmp(_ultoa(4000000000u, to, 10), "4000000000") == 0);
    CHECK(_ltoa_s(8, to, 70, 2) == 0 && strcmp(to, "1000") == 0 && _ultoa_s(255, to, 70, 16) == 0 && strcmp(to, "ff") == 0);
    CHECK(_ui64toa_s(18000000000000000000ULL, to, 70, 10) == 0 && strcmp(to, "18000000000000000000") == 0);
    CHECK(wcscmp(_itow(-42, wide, 10), L"-42") == 0 && wcscmp(_i64tow(-9000000000LL, wide, 10), L"-9000000000") == 0);
    CHECK(wcscmp(_ltow(7, wide, 10), L"7") == 0 && wcscmp(_ultow(7, wide, 2), L"111") == 0 && wcscmp(_ui64tow(7, wide, 10), L"7") == 0);
    CHECK(_itow_s(5, wide, 70, 10) == 0 && wcscmp(wide, L"5") == 0 && _i64tow_s(-6, wide, 70, 10) == 0 && wcscmp(wide, L"-6") == 0);
    CHECK(_ltow_s(5, wide, 70, 2) == 0 && wcscmp(wide, L"101") == 0 && _ultow_s(5, wide, 70, 10) == 0 && _ui64tow_s(12, wide, 70, 10) == 0 && wcscmp(wide, L"12") == 0);
    char *end = NULL;
    wchar_t *wide_end = NULL;
    CHECK(_strtoi64("-9000000000x", &end, 10) == -9000000000LL && *end == 'x' && _strtoui64("ff", &end, 16) == 255 && *end == 0);
    CHECK(_wcstoi64(L"-9000000000x", &wide_end, 10) == -9000000000LL && *wide_end == L'x' && _wcstoui64(L"10", NULL, 2) == 2 && _wtoi64(L"9000000000") == 9000000000LL);
}

static void strings(void) {
    char to[16];
    wchar_t wide[16];
    char *copy = _strdup("copy");
    wchar_t *wide_copy = _wcsdup(L"wide");
    CHECK(strcmp(copy, "copy") == 0 && wcscmp(wide_copy, L"wide") == 0);
    free(copy), free(wide_copy);
    CHECK(_memicmp("ABc", "abC", 3) == 0 && _strcmpi("A", "a") == 0 && _stricoll("A", "a") == 0 && _wcsnicmp(L"ABx", L"aby", 2) == 0);
    strcpy(to, "MiXed"), wcscpy(wide, L"MiXed");
    CHECK(_strlwr_s(to, 16) == 0 && strcmp(to, "mixed") == 0 && _strupr_s(to, 16) == 0 && strcmp(to, "MIXED") == 0);
    CHECK(_wcslwr_s(wide, 16) == 0 && wcscmp(wide, L"mixed") == 0 && _wcsupr_s(wide, 16) == 0 && wcscmp(wide, L"MIXED") == 0);
    CHECK(wcscmp(_wcslwr(wide), L"mixed") == 0 && wcscmp(_wcsupr(wide), L"MIXED") == 0 && wcscmp(_wcsrev(wide), L"DEXIM") == 0);
    CHECK(strnlen_s("four", 3) == 3 && strnlen_s(NULL, 3) == 0 && wcsnlen_s(L"four", 9) == 4);
    CHECK(wcscpy_s(wide, 16, L"ab") == 0 && wcsncat_s(wide, 16, L"cdef", 2) == 0 && wcscmp(wide, L"abcd") == 0);
    wchar_t list[] = L"a,b", *rest = NULL;
    CHECK(wcscmp(wcstok_s(list, L",", &rest), L"a") == 0 && wcscmp(wcstok_s(NULL, L",", &rest), L"b") == 0 && wcstok_s(NULL, L",", &rest) == NULL);
    CHECK(wmemcpy_s(wide, 16, L"xyz", 4) == 0 && wmemmove_s(wide + 1, 15, wide, 2) == 0 && wcscmp(wide, L"xxy") == 0);
    size_t count = 0;
    CHECK(mbstowcs_s(&count, wide, 16, "text", _TRUNCATE) == 0 && count == 5 && wcscmp(wide, L"text") == 0);
    CHECK(wcstombs_s(&count, to, 16, L"text", _TRUNCATE) == 0 && count == 5 && strcmp(to, "text") == 0);
}

static int by_list(char *to, size_t room, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int count = _vscprintf(format, again);
    CHECK(_vsnprintf_s(to, room, _TRUNCATE, format, arguments) == count);
    va_end(again), va_end(arguments);
    return count;
}
static int wide_by_list(wchar_t *to, size_t room, const wchar_t *format, ...) {
    va_list arguments, again, third;
    va_start(arguments, format);
    va_copy(again, arguments), va_copy(third, arguments);
    int count = _vscwprintf(format, again);
    CHECK(_vsnwprintf_s(to, room, _TRUNCATE, format, arguments) == count && vswprintf_s(to, room, format, third) == count);
    va_end(again), va_end(arguments), va_end(third);
    return count;
}

static void formats(void) {
    char to[32];
    wchar_t wide[32];
    CHECK(by_list(to, 32, "%d-%s", 5, "x") == 3 && strcmp(to, "5-x") == 0);
    CHECK(wide_by_list(wide, 32, L"%d-%s", 5, L"x") == 3 && wcscmp(wide, L"5-x") == 0);
    CHECK(_scwprintf(L"%S %d", "abc", 7) == 5 && _snwprintf(wide, 32, L"%hs|%ls", "n", L"w") == 3 && wcscmp(wide, L"n|w") == 0);
    CHECK(_snwprintf_s(wide, 4, _TRUNCATE, L"%d", 123456) == -1 && wcscmp(wide, L"123") == 0);
}

static void files(void) {
    CHECK(_mkdir("winsock-runtime") == 0 && _mkdir("winsock-runtime") == -1 && errno == EEXIST);
    CHECK(_chdir("winsock-runtime") == 0);
    char here[MAX_PATH], full[MAX_PATH];
    CHECK(_getcwd(here, MAX_PATH) == here && strcmp(here + strlen(here) - 15, "winsock-runtime") == 0);
    FILE *file = NULL;
    CHECK(_wmkdir(L".\\\u00E9") == 0 && _wmkdir(L"\u00E9") == -1 && errno == EEXIST && _wchdir(L"\u00E9\\") == 0);
    CHECK(fopen_s(&file, ".\\old.txt", "wb") == 0 && fclose(file) == 0 && rename(".\\old.txt", "new.txt") == 0);
    CHECK(fopen_s(&file, "old.txt", "wb") == 0 && fclose(file) == 0);
    CHECK(rename("old.txt", ".\\new.txt") == -1 && errno == EEXIST && _wrename(L".\\old.txt", L"other.txt") == 0);
    wchar_t where[MAX_PATH], *whole = _wgetcwd(NULL, 0);
    CHECK(_wgetcwd(where, MAX_PATH) == where && whole != NULL && wcscmp(where, whole) == 0 && wcschr(where, 0xE9) != NULL);
    CHECK(_wgetcwd(where, 3) == NULL && errno == ERANGE);
    free(whole);
    CHECK(_wunlink(L"other.txt") == 0 && remove(".\\new.txt") == 0 && remove("new.txt") == -1 && errno == ENOENT);
    CHECK(_chdir("..") == 0 && _wremove(L"\u00E9") == -1 && errno == EACCES && _wrmdir(L".\\\u00E9") == 0);
    CHECK(fopen_s(&file, "a.txt", "wb") == 0 && file != NULL);
    CHECK(fprintf_s(file, "%d %s", 12, "word") == 7 && fwprintf(file, L"") == 0);
    CHECK(fflush(file) == 0 && _filelength(_fileno(file)) == 7 && _filelengthi64(_fileno(file)) == 7 && fclose(file) == 0);
    file = _fsopen("a.txt", "rb", _SH_DENYNO);
    int number = 0;
    char word[8] = "";
    CHECK(file != NULL && fscanf_s(file, "%d %s", &number, word, (unsigned)sizeof word) == 2 && number == 12 && strcmp(word, "word") == 0);
    rewind(file);
    memset(word, 0, sizeof word);
    CHECK(fread_s(word, sizeof word, 1, 4, file) == 4 && memcmp(word, "12 w", 5) == 0 && fclose(file) == 0);
    CHECK(_wfopen_s(&file, L"a.txt", L"rb") == 0 && _lseek(_fileno(file), 3, SEEK_SET) == 3 && _read(_fileno(file), word, 4) == 4 && memcmp(word, "word", 4) == 0);
    CHECK(_lseeki64(_fileno(file), 0, SEEK_END) == 7 && !_isatty(_fileno(file)) && fclose(file) == 0);
    file = _wfopen(L"a.txt", L"ab");
    CHECK(file != NULL && _write(_fileno(file), "!", 1) == 1 && fclose(file) == 0);
    file = NULL;
    CHECK(fopen_s(&file, "no-such-file", "rb") == ENOENT && file == NULL && _wfopen(L"no-such-file", L"rb") == NULL);
    CHECK(_access("a.txt", 0) == 0 && _access("none", 0) == -1 && _access_s("none", 0) == ENOENT && _waccess(L"a.txt", 4) == 0 && _waccess_s(L"none", 0) == ENOENT);
    CHECK(_fullpath(full, "a.txt", MAX_PATH) == full && strncmp(full, here, strlen(here)) == 0 && strcmp(full + strlen(full) - 5, "a.txt") == 0);
    CHECK(tmpfile_s(&file) == 0 && file != NULL && fclose(file) == 0);
    CHECK(_unlink("a.txt") == 0 && _chdir("..") == 0 && _rmdir("winsock-runtime") == 0);
    char path[64], dir[32], name[16], extension[8];
    _makepath(path, NULL, "some/where", "file", "txt");
    CHECK(strcmp(path, "some/where/file.txt") == 0 || strcmp(path, "some/where\\file.txt") == 0);
    CHECK(_splitpath_s("some/where/file.txt", NULL, 0, dir, 32, name, 16, extension, 8) == 0 && strcmp(dir, "some/where/") == 0 && strcmp(name, "file") == 0 && strcmp(extension, ".txt") == 0);
}

/* Each function that takes its arguments as a list, by its number. */
static int listed(int which, FILE *file, void *to, const void *format, ...) {
    va_list list;
    int count = -7;
    va_start(list, format);
    switch (which) {
    case 0: count = vsprintf(to, format, list); break;
    case 1: count = vsnprintf(to, 32, format, list); break;
    case 2: count = _vsnprintf(to, 32, format, list); break;
    case 3: count = vsprintf_s(to, 32, format, list); break;
    case 4: count = vfprintf(file, format, list); break;
    case 5: count = vfprintf_s(file, format, list); break;
    case 6: count = vswprintf(to, 32, format, list); break;
    case 7: count = _vsnwprintf(to, 32, format, list); break;
    case 8: count = vfwprintf(file, format, list); break;
    case 9: count = vfwprintf_s(file, format, list); break;
#ifdef __MINGW32__ /* has none, although Windows has */
    case 10: count = vfscanf(file, format, list); break;
#else
    case 10: count = vfscanf_s(file, format, list); break;
#endif
    case 11: count = vsscanf_s(to, format, list); break;
    case 12: count = vprintf(format, list); break;
    case 13: count = vprintf_s(format, list); break;
    case 14: count = vwprintf(format, list); break;
    case 15: count = vwprintf_s(format, list); break;
    case 16: count = wvsprintfA(to, format, list); break;
    }
    va_end(list);
    return count;
}

static void lists(void) {
    char to[32];
    wchar_t wide[32];
    const int narrow[] = {0, 1, 2, 3, 16};
    for (int at = 0; at < 5; at++) {
        memset(to, '#', sizeof to);
        CHECK(listed(narrow[at], NULL, to, "%d-%s", 42, "x") == 4 && strcmp(to, "42-x") == 0);
    }
    for (int which = 6; which <= 7; which++) {
        wmemset(wide, L'#', 32);
        CHECK(listed(which, NULL, wide, L"%d-%s", 42, L"x") == 4 && wcscmp(wide, L"42-x") == 0);
    }
    CHECK(swprintf(wide, 32, L"%s", L"plain") == 5 && wcscmp(wide, L"plain") == 0);
    CHECK(listed(12, NULL, NULL, "%s", "") == 0 && listed(13, NULL, NULL, "%s", "") == 0);
    CHECK(listed(14, NULL, NULL, L"%s", L"") == 0 && listed(15, NULL, NULL, L"%s", L"") == 0);
    FILE *file = NULL;
    int number = 0;
    CHECK(fopen_s(&file, "winsock-lists.txt", "wb") == 0);
    CHECK(listed(4, file, NULL, "%d ", 1) == 2 && listed(5, file, NULL, "%d ", 2) == 2 && fprintf(file, "%d ", 3) == 2 && fclose(file) == 0);
    CHECK(fopen_s(&file, "winsock-lists.txt", "ab") == 0);
    CHECK(listed(8, file, NULL, L"%d ", 4) == 2 && listed(9, file, NULL, L"%d ", 5) == 2 && fwprintf_s(file, L"%d", 6) == 1 && fclose(file) == 0);
    CHECK(fopen_s(&file, "winsock-lists.txt", "rb") == 0 && listed(10, file, NULL, "%d", &number) == 1 && number == 1);
    FILE *again = NULL;
    CHECK(freopen_s(&again, "winsock-lists.txt", "rb", file) == 0 && again != NULL && fscanf_s(again, "%d", &number) == 1 && number == 1);
    CHECK(fclose(again) == 0 && _unlink("winsock-lists.txt") == 0);
    CHECK(listed(11, NULL, "77 x", "%d", &number) == 1 && number == 77);
    CHECK(strerror_s(to, 32, ENOENT) == 0 && strcmp(to, "No such file or directory") == 0);
    CHECK(wcscmp(_wcserror(ENOENT), L"No such file or directory") == 0);
    long zone = -1;
    CHECK(_get_timezone(&zone) == 0 && zone % 60 == 0);
    FILE *command = _popen("echo said", "r");
    CHECK(command != NULL && fgets(to, 32, command) != NULL && strncmp(to, "said", 4) == 0 && _pclose(command) == 0);
}

static int down(void *context, const void *one, const void *two) {
    ++*(int *)context;
    return *(const int *)two - *(const int *)one;
}

static void others(void) {
    int numbers[] = {3, 1, 2}, calls = 0;
    qsort_s(numbers, 3, sizeof *numbers, down, &calls);
    CHECK(numbers[0] == 3 && numbers[1] == 2 && numbers[2] == 1 && calls > 0);
    unsigned one = 0, two = 0;
    CHECK(rand_s(&one) == 0 && rand_s(&two) == 0);
    void *memory = malloc(100);
    CHECK(_msize(memory) >= 100);
    free(memory);
    memory = _aligned_malloc(100, 64);
    memory = _aligned_realloc(memory, 1000, 64);
    CHECK(memory != NULL && (uintptr_t)memory % 64 == 0);
    _aligned_free(memory);
    struct tm when = {.tm_year = 100, .tm_mday = 1};
    char text[32];
    CHECK(_mkgmtime(&when) == 946684800 && asctime_s(text, 32, &when) == 0 && strncmp(text, "Sat Jan", 7) == 0);
    time_t epoch = 86400 * 3;
    CHECK(ctime_s(text, 32, &epoch) == 0 && strlen(text) == 25);
    CHECK(strlen(_strdate(text)) == 8 && text[2] == '/' && strlen(_strtime(text)) == 8 && text[2] == ':');
    CHECK(_putenv("WINSOCK_RUNTIME=x") == 0 && strcmp(getenv("WINSOCK_RUNTIME"), "x") == 0 && _putenv("WINSOCK_RUNTIME=") == 0 && getenv("WINSOCK_RUNTIME") == NULL);
    CHECK(_getpid() == (int)GetCurrentProcessId() && _get_invalid_parameter_handler() == refused);
    _tzset();
}

int main(void) {
    _set_invalid_parameter_handler(refused);
    numbers();
    strings();
    formats();
    files();
    lists();
    others();
    printf("%d wrong\n", wrong);
    return wrong;
}
