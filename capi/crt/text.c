/* UTF-8 to UTF-32 and back. What is malformed becomes U+FFFD, so that no text is refused. */
#include "crt.h"
#include <pthread.h>

#define REPLACEMENT 0xFFFD

static size_t put(char *to, size_t room, size_t at, unsigned value) {
    char bytes[4];
    size_t count;
    if (value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
        value = REPLACEMENT;
    if (value < 0x80) {
        bytes[0] = (char)value;
        count = 1;
    } else if (value < 0x800) {
        bytes[0] = (char)(0xC0 | value >> 6);
        bytes[1] = (char)(0x80 | (value & 0x3F));
        count = 2;
    } else if (value < 0x10000) {
        bytes[0] = (char)(0xE0 | value >> 12);
        bytes[1] = (char)(0x80 | (value >> 6 & 0x3F));
        bytes[2] = (char)(0x80 | (value & 0x3F));
        count = 3;
    } else {
        bytes[0] = (char)(0xF0 | value >> 18);
        bytes[1] = (char)(0x80 | (value >> 12 & 0x3F));
        bytes[2] = (char)(0x80 | (value >> 6 & 0x3F));
        bytes[3] = (char)(0x80 | (value & 0x3F));
        count = 4;
    }
    if (to != NULL && at + count <= room)
        memcpy(to + at, bytes, count);
    return count;
}

size_t winsock_narrow(char *to, size_t room, const wchar_t *from, size_t count) {
    size_t bytes = 0;
    for (size_t at = 0; at < count; at++)
        bytes += put(to, room, bytes, (unsigned)from[at]);
    return bytes;
}

/* One character of `left` bytes; how many bytes it takes. */
static size_t take(const unsigned char *from, size_t left, unsigned *value) {
    static const unsigned least[] = {0, 0x80, 0x800, 0x10000};
    size_t more = from[0] < 0x80 ? 0 : from[0] < 0xC2 ? 4 : from[0] < 0xE0 ? 1 : from[0] < 0xF0 ? 2 : from[0] < 0xF5 ? 3 : 4;
    *value = REPLACEMENT;
    if (more > 3 || more >= left)
        return 1;
    unsigned sum = more == 0 ? from[0] : from[0] & (0x3Fu >> more);
    for (size_t at = 1; at <= more; at++) {
        if ((from[at] & 0xC0) != 0x80)
            return 1;
        sum = sum << 6 | (from[at] & 0x3Fu);
    }
    if (sum < least[more] || sum > 0x10FFFF || (sum >= 0xD800 && sum < 0xE000))
        return 1;
    *value = sum;
    return more + 1;
}

size_t winsock_widen(wchar_t *to, size_t room, const char *from, size_t count) {
    size_t characters = 0;
    for (size_t at = 0; at < count; characters++) {
        unsigned value;
        at += take((const unsigned char *)from + at, count - at, &value);
        if (to != NULL && characters < room)
            to[characters] = (wchar_t)value;
    }
    return characters;
}

char *winsock_narrow_text(const wchar_t *text) {
    if (text == NULL)
        return NULL;
    size_t count = wcslen(text);
    size_t bytes = winsock_narrow(NULL, 0, text, count);
    char *narrow = malloc(bytes + 1);
    if (narrow != NULL) {
        winsock_narrow(narrow, bytes, text, count);
        narrow[bytes] = 0;
    }
    return narrow;
}

static pthread_key_t places[WINSOCK_PLACES];
static pthread_once_t made = PTHREAD_ONCE_INIT;

static void make_places(void) {
    for (int at = 0; at < WINSOCK_PLACES; at++)
        pthread_key_create(&places[at], free);
}

wchar_t *winsock_keep_wide(enum winsock_place place, const char *text) {
    size_t bytes = strlen(text), count = winsock_widen(NULL, 0, text, bytes);
    wchar_t *wide = malloc((count + 1) * sizeof *wide);
    if (wide == NULL)
        return NULL;
    winsock_widen(wide, count, text, bytes);
    wide[count] = 0;
    return winsock_keep(place, wide);
}

void *winsock_keep(enum winsock_place place, void *text) {
    pthread_once(&made, make_places);
    if (text != NULL) {
        free(pthread_getspecific(places[place]));
        pthread_setspecific(places[place], text);
    }
    return text;
}
