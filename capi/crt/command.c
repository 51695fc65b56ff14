/* system: the words of Windows' command interpreter that console programs use. All else is the
   shell's. */
#include "crt.h"
#include <ctype.h>
#include <sys/wait.h>
#include <unistd.h>

int _getch(void);

/* Whether a command begins with this word; what follows it. */
static const char *behind(const char *command, const char *word) {
    size_t length = strlen(word);
    if (strncasecmp(command, word, length) != 0 || isalnum((unsigned char)command[length]))
        return NULL;
    return command + length;
}

int winsock_system(const char *command) {
    const char *rest;
    if (command == NULL)
        return 1;
    while (isspace((unsigned char)*command) || *command == '@')
        command++;
    fflush(NULL);
    if ((rest = behind(command, "pause")) != NULL) {
        if (strchr(rest, '>') == NULL)
            fputs("Press any key to continue . . . ", stdout), fflush(stdout);
        _getch();
        if (strchr(rest, '>') == NULL)
            fputs("\n", stdout), fflush(stdout);
        return 0;
    }
    if (behind(command, "cls") != NULL) {
        if (isatty(STDOUT_FILENO))
            fputs("\033[2J\033[H", stdout), fflush(stdout);
        return 0;
    }
    if ((rest = behind(command, "title")) != NULL) {
        if (isatty(STDOUT_FILENO))
            printf("\033]0;%s\007", rest + strspn(rest, " ")), fflush(stdout);
        return 0;
    }
    /* How the window of the console looks and which code page it shows: the terminal's own business. */
    if (behind(command, "color") != NULL || behind(command, "mode con") != NULL || behind(command, "chcp") != NULL)
        return 0;
    int status = system(command);
    return status != -1 && WIFEXITED(status) ? WEXITSTATUS(status) : -1; /* the command's own number, as there */
}
