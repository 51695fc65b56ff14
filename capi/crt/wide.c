/* Wide characters in and out, as UTF-8 whatever the stream has taken before: libc's own take a stream
   for themselves. And Windows' names of locales. */
#include "crt.h"
#include <ctype.h>
#include <locale.h>

int _getch(void);
int _getche(void);
int winsock_vprintf(const char *format, va_list arguments);

wint_t winsock_fputwc(wchar_t c, FILE *file) {
    char bytes[8];
    size_t count = winsock_narrow(bytes, sizeof bytes, &c, 1);
    return fwrite(bytes, 1, count, file) == count ? (wint_t)c : WEOF;
}

wint_t winsock_putwchar(wchar_t c) { return winsock_fputwc(c, stdout); }

int winsock_fputws(const wchar_t *text, FILE *file) {
    char *bytes = winsock_narrow_text(text);
    int result = bytes == NULL ? -1 : fputs(bytes, file);
    free(bytes);
    return result;
}

int _putws(const wchar_t *text) {
    int result = winsock_fputws(text, stdout);
    return result < 0 || putchar('\n') == EOF ? -1 : 0;
}

/* What is read is one character of UTF-8, or the byte that begins none. */
wint_t winsock_fgetwc(FILE *file) {
    char bytes[4];
    wchar_t c;
    int first = getc(file);
    if (first == EOF)
        return WEOF;
    size_t more = first < 0xC0 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3, count = 1;
    for (bytes[0] = (char)first; count <= more; count++) {
        int next = getc(file);
        if (next == EOF || (next & 0xC0) != 0x80) {
            ungetc(next, file);
            break;
        }
        bytes[count] = (char)next;
    }
    winsock_widen(&c, 1, bytes, count);
    return (wint_t)c;
}

wint_t winsock_getwchar(void) { return winsock_fgetwc(stdin); }

wint_t winsock_ungetwc(wint_t c, FILE *file) {
    char bytes[8];
    wchar_t wide = (wchar_t)c;
    if (c == WEOF)
        return WEOF;
    for (size_t count = winsock_narrow(bytes, sizeof bytes, &wide, 1); count > 0; count--)
        if (ungetc((unsigned char)bytes[count - 1], file) == EOF)
            return WEOF;
    return c;
}

wchar_t *winsock_fgetws(wchar_t *to, int room, FILE *file) {
    int at = 0;
    while (at < room - 1) {
        wint_t c = winsock_fgetwc(file);
        if (c == WEOF)
            break;
        to[at++] = (wchar_t)c;
        if (c == L'\n')
            break;
    }
    if (at == 0)
        return NULL;
    to[at] = 0;
    return to;
}

/* The console's, key by key. */
static wint_t wide_key(int (*key)(void)) {
    char bytes[4];
    wchar_t c;
    int first = key();
    if (first < 0)
        return WEOF;
    size_t more = first < 0xC0 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3, count = 1;
    for (bytes[0] = (char)first; count <= more; count++)
        bytes[count] = (char)key();
    winsock_widen(&c, 1, bytes, count);
    return (wint_t)c;
}

wint_t _getwch(void) { return wide_key(_getch); }
wint_t _getwche(void) { return wide_key(_getche); }
wint_t _putwch(wchar_t c) { return winsock_putwchar(c); }
int _cprintf(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int count = winsock_vprintf(format, arguments);
    va_end(arguments);
    return count;
}
int _cputs(const char *text) { return fputs(text, stdout) < 0 ? -1 : 0; }
int _cputws(const wchar_t *text) { return winsock_fputws(text, stdout) < 0 ? -1 : 0; }

/* Locales. A name in Windows' own way (language, country, code page: "korean", "Korean_Korea.949",
   "ko-KR", ".UTF8") means C.UTF-8, as text is UTF-8 here in any language. */

static int is_windows_locale(const char *name) {
    static const char *const languages[] = {
        "american", "arabic", "aus", "australian", "belgian", "brazilian", "canadian", "chinese", "chs", "cht", "cs", "csy",
        "czech", "da", "dan", "danish", "de", "deu", "dutch", "ell", "en", "eng", "english", "enu", "es", "esp", "fi", "fin",
        "finnish", "fr", "fra", "french", "german", "greek", "hebrew", "hun", "hungarian", "id", "indonesian", "irish", "it",
        "ita", "italian", "ja", "japan", "japanese", "jpn", "ko", "kor", "korean", "nl", "nld", "norwegian", "pl", "plk",
        "polish", "portuguese", "pt", "ptb", "ptg", "ru", "rus", "russian", "slovak", "spanish", "sv", "sve", "swedish",
        "swiss", "th", "thai", "tr", "trk", "turkish", "uk", "ukrainian", "us", "usa", "vi", "vietnamese", "zh", NULL};
    if (name[0] == '.')
        return isalnum((unsigned char)name[1]);
    size_t length = strcspn(name, "_-.");
    for (const char *const *language = languages; *language != NULL; language++)
        if (strlen(*language) == length && strncasecmp(name, *language, length) == 0)
            return 1;
    return 0;
}

char *winsock_setlocale(int category, const char *name) {
    char *now = setlocale(category, name);
    if (now == NULL && name != NULL && is_windows_locale(name))
        now = setlocale(category, "C.UTF-8");
    if (name != NULL && *name == 0 && (category == LC_ALL || category == LC_CTYPE) && MB_CUR_MAX == 1) {
        /* An environment that says nothing: the user's text is UTF-8. */
        setlocale(LC_CTYPE, "C.UTF-8");
        now = setlocale(category, NULL);
    }
    return now;
}

wchar_t *_wsetlocale(int category, const wchar_t *name) {
    char *narrow = winsock_narrow_text(name);
    char *now = narrow == NULL && name != NULL ? NULL : winsock_setlocale(category, narrow);
    free(narrow);
    return now == NULL ? NULL : winsock_keep_wide(WINSOCK_LOCALE_TEXT, now);
}

/* A locale of one's own: Windows' categories are libc's numbers, LC_ALL is all of them. */
locale_t _create_locale(int category, const char *name) {
    int mask = category == LC_ALL ? LC_ALL_MASK : 1 << category;
    if (name == NULL)
        return (locale_t)0;
    locale_t made = newlocale(mask, name, (locale_t)0);
    return made == (locale_t)0 && is_windows_locale(name) ? newlocale(mask, "C.UTF-8", (locale_t)0) : made;
}

void _free_locale(locale_t locale) {
    if (locale != (locale_t)0)
        freelocale(locale);
}
