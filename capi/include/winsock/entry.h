/* main for a program whose own begins elsewhere: the driver adds this below the definition of wmain
   (WINSOCK_ENTRY 1), of WinMain (2) or of wWinMain (3). */
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#if WINSOCK_ENTRY == 1
/* A word of UTF-8 as wide text, which has no more characters than that has bytes. */
static wchar_t *winsock_widened(const char *word) {
    wchar_t *wide = (wchar_t *)malloc((strlen(word) + 1) * sizeof *wide), *end = wide;
    while (wide && *word) {
        unsigned char first = (unsigned char)*word++;
        int more = first < 0xc0 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
        wchar_t c = more == 0 ? first : first & (0x3f >> more);
        for (; more > 0 && ((unsigned char)*word & 0xc0) == 0x80; more--)
            c = (c << 6) | ((unsigned char)*word++ & 0x3f);
        *end++ = c;
    }
    if (wide)
        *end = 0;
    return wide;
}

int main(int argc, char **argv) {
    wchar_t **wide = (wchar_t **)calloc((size_t)argc + 1, sizeof *wide);
    int at;
    for (at = 0; wide && at < argc; at++)
        wide[at] = winsock_widened(argv[at]);
    /* It may take fewer arguments, which the convention allows. */
    return ((int (*)(int, wchar_t **))(void *)wmain)(argc, wide);
}
#else
#include <windows.h>

/* What follows the program's name in the line that began it. */
#if WINSOCK_ENTRY == 2
#define WINSOCK_LINE LPSTR
#else
#define WINSOCK_LINE LPWSTR
#endif
static WINSOCK_LINE winsock_arguments(WINSOCK_LINE line) {
    int quoted = 0;
    for (; *line && (quoted || (*line != ' ' && *line != '\t')); line++)
        quoted ^= *line == '"';
    while (*line == ' ' || *line == '\t')
        line++;
    return line;
}

int main(void) {
#if WINSOCK_ENTRY == 2
    return WinMain(GetModuleHandleA(NULL), NULL, winsock_arguments(GetCommandLineA()), SW_SHOWDEFAULT);
#else
    return wWinMain(GetModuleHandleW(NULL), NULL, winsock_arguments(GetCommandLineW()), SW_SHOWDEFAULT);
#endif
}
#endif
