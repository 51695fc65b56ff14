/* One manner of paths: what Windows' functions give is cut at backslashes, and everything that opens
   takes it. */
#include <windows.h>
#include <direct.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "check.h"

static char here[MAX_PATH], whole[2 * MAX_PATH];

static const char *below(const char *name) {
    sprintf(whole, "%s\\%s", here, name);
    return whole;
}

static void given(void) {
    char text[MAX_PATH], *part = NULL;
    wchar_t wide[MAX_PATH];
    CHECK(GetCurrentDirectoryA(MAX_PATH, here) == strlen(here) && strchr(here, '\\') && !strchr(here, '/'));
    CHECK(GetCurrentDirectoryW(MAX_PATH, wide) == wcslen(wide) && wcschr(wide, L'\\') && !wcschr(wide, L'/'));
    CHECK(GetTempPathA(MAX_PATH, text) == strlen(text) && text[strlen(text) - 1] == '\\' && !strchr(text, '/'));
    CHECK(GetTempPathW(MAX_PATH, wide) == wcslen(wide) && wide[wcslen(wide) - 1] == L'\\' && !wcschr(wide, L'/'));
    CHECK(GetFullPathNameA("one/two\\..\\three", MAX_PATH, text, &part) == strlen(text));
    CHECK(strcmp(text, below("one\\three")) == 0 && strcmp(part, "three") == 0);
    CHECK(_getcwd(text, MAX_PATH) == text && strcmp(text, here) == 0);
    CHECK(_fullpath(text, "one/two\\..\\three", MAX_PATH) == text && strcmp(text, below("one\\three")) == 0);
    CHECK(GetModuleFileNameA(NULL, text, MAX_PATH) > 0 && strrchr(text, '\\') && !strchr(text, '/'));
}

static void taken(void) {
    CHECK(CreateDirectoryA("winsock-paths", NULL));
    FILE *file = fopen(below("winsock-paths\\a.txt"), "w");
    CHECK(file != NULL && fputs("text", file) >= 0);
    file = freopen(".\\winsock-paths\\a.txt", "r", file);
    CHECK(file != NULL && fgetc(file) == 't' && fclose(file) == 0);
    CHECK(rename("winsock-paths\\a.txt", "winsock-paths\\b.txt") == 0);
    CHECK(remove("winsock-paths\\a.txt") != 0 && remove(below("winsock-paths\\b.txt")) == 0);
    CHECK(RemoveDirectoryA(below("winsock-paths")));
}

int main(void) {
    given();
    taken();
    printf("%d wrong\n", wrong);
    return wrong;
}
