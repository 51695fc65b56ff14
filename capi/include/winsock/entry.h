/* main for a program whose own begins elsewhere: the driver adds this below the definition of wmain
   (WINSOCK_ENTRY 1) or of WinMain (2). */
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

int main(int argc, char **argv) {
    size_t length = 1;
    char *line;
    int at;
    for (at = 1; at < argc; at++)
        length += strlen(argv[at]) + 1;
    line = (char *)calloc(length, 1);
    for (at = 1; line && at < argc; at++)
        strcat(strcat(line, at > 1 ? " " : ""), argv[at]);
    return WinMain((HINSTANCE)0, (HINSTANCE)0, line, 10);
}
#endif
