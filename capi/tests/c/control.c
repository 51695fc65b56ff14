/* Ctrl+C and its like, as the test sends them: "take" takes them, "leave" leaves them to the system. */
#include <windows.h>
#include <stdio.h>
#include <string.h>

static int takes;
static HANDLE told;

static BOOL WINAPI first(DWORD event) {
    printf("first %u\n", (unsigned)event);
    fflush(stdout);
    return TRUE; /* never asked while there is a newer one that takes it */
}

static BOOL WINAPI handler(DWORD event) {
    printf("handler %u\n", (unsigned)event);
    fflush(stdout);
    SetEvent(told);
    return takes;
}

static DWORD WINAPI type(void *nothing) {
    char line[16]; /* as chat programs do: a thread that waits for what is typed */
    (void)nothing;
    return fgets(line, sizeof line, stdin) != NULL;
}

int main(int count, char **words) {
    takes = count > 1 && strcmp(words[1], "take") == 0;
    told = CreateEventA(NULL, FALSE, FALSE, NULL);
    CreateThread(NULL, 0, type, NULL, 0, NULL);
    if (takes)
        SetConsoleCtrlHandler(first, TRUE);
    SetConsoleCtrlHandler(handler, TRUE);
    SetLastError(0xBEEF);
    if (SetConsoleCtrlHandler((PHANDLER_ROUTINE)type, FALSE) || GetLastError() != ERROR_INVALID_PARAMETER)
        puts("a handler that is not there was removed");
    puts("ready");
    fflush(stdout);
    WaitForSingleObject(told, INFINITE);
    puts("told");
    fflush(stdout);
    WaitForSingleObject(told, INFINITE);
    SetConsoleCtrlHandler(handler, FALSE);
    GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0);
    Sleep(INFINITE); /* not synchronisation: the next signal ends the process */
}
