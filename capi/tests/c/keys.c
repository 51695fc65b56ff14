/* Whether a key waits, where standard input is no terminal; the words are what to read first. */
#include <conio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static int bye(void) {
    puts("bye");
    return 0;
}

int main(int count, char **words) {
    if (__argc != count || strcmp(__argv[0], words[0]) != 0 || (count > 1 && _onexit(bye) != bye))
        _exit(1);
    for (; count > 1; count--) {
        printf("%d ", _kbhit() != 0);
        printf("%c\n", _getch());
    }
    printf("%d\n", _kbhit() != 0);
    return 0;
}
