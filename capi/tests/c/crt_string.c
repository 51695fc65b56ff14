/* Strings with sizes, numbers as text, formats. */
#include <windows.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>
#include "check.h"

#ifndef _TRUNCATE
#define _TRUNCATE ((size_t)-1)
#endif
#ifndef STRUNCATE
#define STRUNCATE 80
#endif

static int refusals;
static void refused(const wchar_t *what, const wchar_t *function, const wchar_t *file, unsigned line,
                    uintptr_t reserved) {
    (void)what, (void)function, (void)file, (void)line, (void)reserved;
    refusals++;
}

static void copies(void) {
    char to[8];
    wchar_t wide[8];
    CHECK(strcpy_s(to, sizeof to, "seven77") == 0 && strcmp(to, "seven77") == 0);
    memset(to, 'x', sizeof to);
    CHECK(strcpy_s(to, sizeof to, "too long") == ERANGE && to[0] == 0);
    CHECK(strcpy_s(to, sizeof to, NULL) == EINVAL && to[0] == 0);
    CHECK(strcpy_s(NULL, 8, "a") == EINVAL);
    CHECK(refusals == 3);
    CHECK(strncpy_s(to, sizeof to, "abcdefghij", 3) == 0 && strcmp(to, "abc") == 0);
    CHECK(strncpy_s(to, sizeof to, "abcdefghij", _TRUNCATE) == STRUNCATE && strcmp(to, "abcdefg") == 0);
    CHECK(strcpy_s(to, sizeof to, "abc") == 0 && strcat_s(to, sizeof to, "defg") == 0);
    CHECK(strcmp(to, "abcdefg") == 0);
    CHECK(strcat_s(to, sizeof to, "h") == ERANGE && to[0] == 0);
    CHECK(strcpy_s(to, sizeof to, "abc") == 0 && strncat_s(to, sizeof to, "defghi", 2) == 0);
    CHECK(strcmp(to, "abcde") == 0);
    CHECK(wcscpy_s(wide, 8, L"wide") == 0 && wcscmp(wide, L"wide") == 0);
    CHECK(wcscat_s(wide, 8, L"rrrr") == ERANGE && wide[0] == 0);
    CHECK(wcsncpy_s(wide, 8, L"abcdef", 2) == 0 && wcscmp(wide, L"ab") == 0);
    CHECK(memcpy_s(to, sizeof to, "12345678", 8) == 0 && memcmp(to, "12345678", 8) == 0);
    CHECK(memcpy_s(to, 4, "12345678", 8) == ERANGE && to[0] == 0 && to[3] == 0 && to[4] == '5');
    char text[] = "a,b;c", *rest = NULL;
    CHECK(strcmp(strtok_s(text, ",;", &rest), "a") == 0 && strcmp(strtok_s(NULL, ",;", &rest), "b") == 0);
    CHECK(strcmp(strtok_s(NULL, ",;", &rest), "c") == 0 && strtok_s(NULL, ",;", &rest) == NULL);
    CHECK(_stricmp("HeLLo", "hEllO") == 0 && _stricmp("a", "B") < 0 && _strnicmp("abX", "ABy", 2) == 0);
    CHECK(_wcsicmp(L"WiDe", L"wIdE") == 0 && _wcsicmp(L"b", L"A") > 0);
    char upper[] = "Mixed9";
    CHECK(strcmp(_strupr(upper), "MIXED9") == 0 && strcmp(_strlwr(upper), "mixed9") == 0);
    CHECK(strcmp(_strrev(upper), "9dexim") == 0);
    CHECK(lstrlenA("four") == 4 && lstrlenA(NULL) == 0 && lstrlenW(L"four") == 4 && lstrcmpiA("A", "a") == 0);
}

static void numbers(void) {
    char to[70];
    CHECK(_itoa_s(-42, to, sizeof to, 10) == 0 && strcmp(to, "-42") == 0);
    CHECK(_itoa_s(-1, to, sizeof to, 16) == 0 && strcmp(to, "ffffffff") == 0);
    CHECK(_i64toa_s(-9000000000LL, to, sizeof to, 10) == 0 && strcmp(to, "-9000000000") == 0);
    CHECK(_itoa_s(12345, to, 5, 10) == ERANGE && to[0] == 0);
    CHECK(_itoa_s(1, to, sizeof to, 1) == EINVAL);
    CHECK(_atoi64("9000000000x") == 9000000000LL);
    CHECK(strcmp(_itoa(255, to, 2), "11111111") == 0);
}

static void formats(void) {
    char to[64];
    wchar_t wide[64];
    LONG negative = -5;
    DWORD high = 0xFFFFFFFF;
    CHECK(sprintf_s(to, sizeof to, "%d %s %c %5.2f|%-4d|%04X", 7, "text", 'c', 1.5, 3, 255) == 24);
    CHECK(strcmp(to, "7 text c  1.50|3   |00FF") == 0);
    CHECK(sprintf_s(to, sizeof to, "%ld %lu", negative, high) == 13 && strcmp(to, "-5 4294967295") == 0);
    CHECK(sprintf_s(to, sizeof to, "%I64d %I64x", -9000000000LL, 0xABCDEF012ULL) == 21);
    CHECK(strcmp(to, "-9000000000 abcdef012") == 0);
    WINE_DIFFERS(sprintf_s(to, 4, "%d", 12345) == -1 && to[0] == 0);
    CHECK(_snprintf_s(to, 4, _TRUNCATE, "%d", 12345) == -1 && strcmp(to, "123") == 0);
    CHECK(_snprintf_s(to, sizeof to, 3, "%s", "abcdef") == -1 && strcmp(to, "abc") == 0);
    memset(to, 'x', sizeof to);
    CHECK(_snprintf(to, 3, "%s", "abcdef") == -1 && memcmp(to, "abcx", 4) == 0);
    CHECK(_snprintf(to, 3, "%s", "abc") == 3 && to[3] == 'x');
    CHECK(sprintf_s(to, sizeof to, "%ls|%S|%.2s", L"wide", L"big", "cut") == 11);
    CHECK(strcmp(to, "wide|big|cu") == 0);
    CHECK(swprintf_s(wide, 64, L"%d %ls %hs %c", 5, L"wide", "narrow", 'z') == 15);
    CHECK(wcscmp(wide, L"5 wide narrow z") == 0);
    CHECK(swprintf_s(wide, 64, L"%s %S", L"own", "other") == 9 && wcscmp(wide, L"own other") == 0);
    CHECK(wsprintfA(to, "%s-%d-%lu-%x", "w", -1, high, 10) == 17 && strcmp(to, "w--1-4294967295-a") == 0);
    CHECK(_scprintf("%05d", 42) == 5);
    CHECK(sprintf_s(to, sizeof to, "%*d|%-*d|%.*s", 4, 1, 3, 2, 1, "xy") == 10);
    CHECK(strcmp(to, "   1|2  |x") == 0);
    CHECK(sprintf_s(to, sizeof to, "100%%") == 4 && strcmp(to, "100%") == 0);
    CHECK(sprintf_s(to, sizeof to, "%p", (void *)0x1234) == 16 && strcmp(to, "0000000000001234") == 0);
}

static void scans(void) {
    int number = 0;
    char word[6] = "", rest[3] = "";
    CHECK(sscanf_s("12 abc", "%d %s", &number, word, (unsigned)sizeof word) == 2);
    CHECK(number == 12 && strcmp(word, "abc") == 0);
    CHECK(sscanf_s("toolong", "%s", rest, (unsigned)sizeof rest) == 0 && rest[0] == 0);
    CHECK(sscanf_s("x=5;", "x=%d;", &number) == 1 && number == 5);
    CHECK(sscanf_s("k:v", "%[^:]:%c", word, (unsigned)sizeof word, rest, 1u) == 2 && word[0] == 'k' && rest[0] == 'v');
}

static void environment(void) {
    char *value = NULL;
    size_t count = 0;
    char text[32];
    CHECK(_putenv_s("WINSOCK_TEST_A", "value") == 0);
    CHECK(_dupenv_s(&value, &count, "WINSOCK_TEST_A") == 0 && value != NULL && strcmp(value, "value") == 0 && count == 6);
    free(value);
    WINE_DIFFERS(_dupenv_s(&value, &count, "WINSOCK_TEST_NONE") == 0 && value == NULL && count == 0);
    CHECK(getenv_s(&count, text, sizeof text, "WINSOCK_TEST_A") == 0 && count == 6 && strcmp(text, "value") == 0);
    time_t when = 86400;
    struct tm parts;
    CHECK(gmtime_s(&parts, &when) == 0 && parts.tm_year == 70 && parts.tm_mday == 2 && parts.tm_hour == 0);
    CHECK(localtime_s(&parts, &when) == 0 && parts.tm_year == 70);
    CHECK(_strdate_s(text, sizeof text) == 0 && strlen(text) == 8 && text[2] == '/');
    CHECK(_strtime_s(text, sizeof text) == 0 && strlen(text) == 8 && text[2] == ':');
    char drive[3], dir[256], name[256], extension[256];
    _splitpath("c:\\some\\where\\file.tar.gz", drive, dir, name, extension);
    CHECK(strcmp(drive, "c:") == 0 && strcmp(dir, "\\some\\where\\") == 0);
    CHECK(strcmp(name, "file.tar") == 0 && strcmp(extension, ".gz") == 0);
    void *block = _aligned_malloc(100, 64);
    CHECK(block != NULL && (uintptr_t)block % 64 == 0);
    _aligned_free(block);
    FILE *file = NULL;
    CHECK(fopen_s(&file, "no-such-file-here", "r") == ENOENT && file == NULL);
}

int main(void) {
    _set_invalid_parameter_handler(refused);
    copies();
    numbers();
    formats();
    scans();
    environment();
    printf("%d wrong\n", wrong);
    return wrong;
}
