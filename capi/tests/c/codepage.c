/* Text of code pages: the same bytes and the same failures whatever the process's own is. */
#include <windows.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include "check.h"

struct sample {
    UINT page;
    const char *bytes;
    const wchar_t *text;
};

static const struct sample samples[] = {
    {949, "\xC7\xD1\xB1\xDB \x81\x41", L"\xD55C\xAE00 \xAC02"}, /* the last is Windows' own */
    {936, "\xD6\xD0\xCE\xC4", L"\x4E2D\x6587"},
    {932, "\x93\xFA\x96\x7B\xB1", L"\x65E5\x672C\xFF71"},
    {950, "\xA4\xA4\xA4\xE5", L"\x4E2D\x6587"},
    {1250, "\xB3\xF3\x64\x9F", L"\x142\xF3\x64\x17A"},
    {1251, "\xCF\xF0\xE8", L"\x41F\x440\x438"},
    {1252, "caf\xE9 \x80", L"caf\xE9 \x20AC"},
    {1253, "\xC1\xE2", L"\x391\x3B2"},
    {1254, "\xDD\xFE", L"\x130\x15F"},
    {1255, "\xF9\xEC", L"\x5E9\x5DC"},
    {1256, "\xD3\xE1", L"\x633\x644"},
    {1257, "\xC0\xF8", L"\x104\x173"},
    {1258, "\xD0\xFE", L"\x110\x20AB"},
    {874, "\xA1\xE2", L"\xE01\xE42"},
    {437, "caf\x82 \xB0\xC4\xE3", L"caf\xE9 \x2591\x2500\x3C0"},
    {737, "\x80\x99", L"\x391\x3B2"},
    {775, "\x80\xD0", L"\x106\x105"},
    {850, "\x82\xE1\xD5", L"\xE9\xDF\x131"},
    {852, "\x88\xA5", L"\x142\x105"},
    {855, "\xDD\xA1", L"\x41F\x410"},
    {857, "\x98\x9F", L"\x130\x15F"},
    {860, "\x84\x8E", L"\xE3\xC3"},
    {861, "\x8C\x95", L"\xF0\xFE"},
    {862, "\x80\x9A", L"\x5D0\x5EA"},
    {863, "\x82\xB7", L"\xE9\x2556"},
    {865, "\x9B\x9D", L"\xF8\xD8"},
    {866, "\x8F\xE0", L"\x41F\x440"},
    {869, "\xA4\x86", L"\x391\x386"},
    {10007, "\x8F\xF0", L"\x41F\x440"},
    {20127, "ascii", L"ascii"},
    {20932, "\xC6\xFC\xCB\xDC\x8E\xB1", L"\x65E5\x672C\xFF71"},
    {28591, "caf\xE9 \x80\xFF", L"caf\xE9 \x80\xFF"},
    {28599, "\xDD\xFE\xE9", L"\x130\x15F\xE9"},
    {20866, "\xF0\xD2", L"\x41F\x440"},
    {28592, "\xB3\xB6", L"\x142\x15B"},
    {CP_UTF8, "\xED\x95\x9C\xC3\xA9", L"\xD55C\xE9"},
};

static void both_ways(void) {
    for (size_t at = 0; at < sizeof samples / sizeof *samples; at++) {
        const struct sample *one = &samples[at];
        int narrow = (int)strlen(one->bytes), wide = (int)wcslen(one->text);
        wchar_t text[32];
        char bytes[64];
        wmemset(text, L'#', 32), memset(bytes, '#', sizeof bytes);
        int before = wrong;
        CHECK(IsValidCodePage(one->page));
        CHECK(MultiByteToWideChar(one->page, 0, one->bytes, narrow, NULL, 0) == wide);
        CHECK(MultiByteToWideChar(one->page, MB_ERR_INVALID_CHARS, one->bytes, -1, text, 32) == wide + 1);
        CHECK(wcscmp(text, one->text) == 0 && text[wide + 1] == L'#');
        CHECK(WideCharToMultiByte(one->page, 0, one->text, wide, NULL, 0, NULL, NULL) == narrow);
        CHECK(WideCharToMultiByte(one->page, 0, one->text, wide, bytes, sizeof bytes, NULL, NULL) == narrow);
        CHECK(memcmp(bytes, one->bytes, narrow) == 0 && bytes[narrow] == '#');
        if (wrong != before)
            printf("code page %u\n", one->page);
    }
}

static DWORD failed(int result) {
    DWORD error = GetLastError();
    SetLastError(0xBEEF);
    return result == 0 ? error : 0;
}

static void failures(void) {
    wchar_t text[8];
    char bytes[8];
    SetLastError(0xBEEF);
    CHECK(failed(MultiByteToWideChar(12345, 0, "a", 1, text, 8)) == ERROR_INVALID_PARAMETER);
    CHECK(failed(MultiByteToWideChar(949, 0, NULL, 1, text, 8)) == ERROR_INVALID_PARAMETER);
    CHECK(failed(MultiByteToWideChar(949, 0, "a", 0, text, 8)) == ERROR_INVALID_PARAMETER);
    CHECK(failed(MultiByteToWideChar(949, 0, "a", 1, text, -1)) == ERROR_INVALID_PARAMETER);
    CHECK(failed(MultiByteToWideChar(949, 0, "a", 1, NULL, 8)) == ERROR_INVALID_PARAMETER);
    CHECK(failed(MultiByteToWideChar(949, 0, "abc", 3, text, 2)) == ERROR_INSUFFICIENT_BUFFER);
    CHECK(failed(MultiByteToWideChar(949, 0, "abc", -1, text, 3)) == ERROR_INSUFFICIENT_BUFFER);
    CHECK(failed(MultiByteToWideChar(949, 0x1000, "a", 1, text, 8)) == ERROR_INVALID_FLAGS);
    WINE_DIFFERS(failed(MultiByteToWideChar(CP_UTF8, MB_COMPOSITE, "a", 1, text, 8)) == ERROR_INVALID_FLAGS);
    CHECK(failed(MultiByteToWideChar(949, MB_ERR_INVALID_CHARS, "\xC7", 1, text, 8)) == ERROR_NO_UNICODE_TRANSLATION);
    CHECK(failed(MultiByteToWideChar(936, MB_ERR_INVALID_CHARS, "a\xFF\xFF", 3, text, 8)) == ERROR_NO_UNICODE_TRANSLATION);
    CHECK(failed(MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, "\xC7\xD1", 2, text, 8)) == ERROR_NO_UNICODE_TRANSLATION);
    CHECK(MultiByteToWideChar(CP_UTF8, 0, "a\xFF", 2, text, 8) == 2 && text[1] == 0xFFFD);
    CHECK(failed(WideCharToMultiByte(12345, 0, L"a", 1, bytes, 8, NULL, NULL)) == ERROR_INVALID_PARAMETER);
    CHECK(failed(WideCharToMultiByte(949, 0, L"a", 0, bytes, 8, NULL, NULL)) == ERROR_INVALID_PARAMETER);
    CHECK(failed(WideCharToMultiByte(949, 0, L"a", 1, bytes, -1, NULL, NULL)) == ERROR_INVALID_PARAMETER);
    CHECK(failed(WideCharToMultiByte(949, 0, L"\xD55C", 1, bytes, 1, NULL, NULL)) == ERROR_INSUFFICIENT_BUFFER);
    CHECK(failed(WideCharToMultiByte(949, 0x8000000, L"a", 1, bytes, 8, NULL, NULL)) == ERROR_INVALID_FLAGS);
    WINE_DIFFERS(failed(WideCharToMultiByte(949, WC_ERR_INVALID_CHARS, L"a", 1, bytes, 8, NULL, NULL)) == ERROR_INVALID_FLAGS);
    BOOL used;
    WINE_DIFFERS(failed(WideCharToMultiByte(CP_UTF8, 0, L"a", 1, bytes, 8, "?", NULL)) == ERROR_INVALID_PARAMETER);
    WINE_DIFFERS(failed(WideCharToMultiByte(CP_UTF8, 0, L"a", 1, bytes, 8, NULL, &used)) == ERROR_INVALID_PARAMETER);
    wchar_t surrogate = 0xD800;
    CHECK(failed(WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, &surrogate, 1, bytes, 8, NULL, NULL)) == ERROR_NO_UNICODE_TRANSLATION);
    CHECK(WideCharToMultiByte(CP_UTF8, 0, &surrogate, 1, bytes, 8, NULL, NULL) == 3 && memcmp(bytes, "\xEF\xBF\xBD", 3) == 0);
}

static void defaults(void) {
    char bytes[16] = "";
    BOOL used = 0xBEEF;
    CHECK(WideCharToMultiByte(949, WC_NO_BEST_FIT_CHARS, L"a\xD55C", 2, bytes, 16, NULL, &used) == 3 && used == FALSE);
    CHECK(WideCharToMultiByte(949, WC_NO_BEST_FIT_CHARS, L"a\xE9z", 4, bytes, 16, NULL, &used) == 4);
    CHECK(used == TRUE && strcmp(bytes, "a?z") == 0);
    CHECK(WideCharToMultiByte(1252, WC_NO_BEST_FIT_CHARS, L"a\xD55Cz", 4, bytes, 16, "_", &used) == 4);
    CHECK(used == TRUE && strcmp(bytes, "a_z") == 0);
    CHECK(WideCharToMultiByte(949, WC_NO_BEST_FIT_CHARS, L"a\xE9z", 4, bytes, 16, "\xA1\xE0", NULL) == 5);
    CHECK(strcmp(bytes, "a\xA1\xE0z") == 0);
}

static void facts(void) {
    CPINFO info;
    WINE_DIFFERS(IsValidCodePage(54936));
    memset(&info, 0xEE, sizeof info);
    CHECK(GetCPInfo(949, &info) && info.MaxCharSize == 2 && info.DefaultChar[0] == '?' && info.DefaultChar[1] == 0);
    CHECK(info.LeadByte[0] == 0x81 && info.LeadByte[1] == 0xFE && info.LeadByte[2] == 0 && info.LeadByte[3] == 0);
    CHECK(GetCPInfo(932, &info) && info.LeadByte[2] == 0xE0 && info.LeadByte[3] == 0xFC && info.LeadByte[4] == 0);
    CHECK(GetCPInfo(1252, &info) && info.MaxCharSize == 1 && info.LeadByte[0] == 0);
    CHECK(GetCPInfo(CP_UTF8, &info) && info.MaxCharSize == 4);
    SetLastError(0xBEEF);
    CHECK(failed(GetCPInfo(12345, &info)) == ERROR_INVALID_PARAMETER);
    CHECK(!IsValidCodePage(12345) && !IsValidCodePage(CP_ACP) && IsValidCodePage(GetACP()) && IsValidCodePage(GetOEMCP()));
    CHECK(IsDBCSLeadByteEx(949, 0xC7) && !IsDBCSLeadByteEx(949, 'a') && !IsDBCSLeadByteEx(1252, 0xC7));
    CHECK(!IsDBCSLeadByte('a'));
    wchar_t text[4];
    CHECK(MultiByteToWideChar(CP_ACP, MB_PRECOMPOSED, "ab", -1, text, 4) == 3 && wcscmp(text, L"ab") == 0);
    CHECK(MultiByteToWideChar(CP_OEMCP, 0, "ab", 2, text, 4) == 2 && MultiByteToWideChar(CP_THREAD_ACP, 0, "ab", 2, text, 4) == 2);
}

int main(void) {
    both_ways();
    failures();
    defaults();
    facts();
    printf("%d wrong\n", wrong);
    return wrong;
}
