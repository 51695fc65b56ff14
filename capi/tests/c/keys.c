/* Whether a key waits, where standard input is no terminal; the words are what to read first. */
#include <conio.h>
#include <stdio.h>

int main(int count, char **words) {
    (void)words;
    for (; count > 1; count--) {
        printf("%d ", _kbhit() != 0);
        printf("%c\n", _getch());
    }
    printf("%d\n", _kbhit() != 0);
    return 0;
}
