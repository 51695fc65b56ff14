/* One manner of paths: what Windows' functions give is cut at backslashes, and everything that opens
   takes it. */
#include <windows.h>
#include <direct.h>
#include <dirent.h>
#include <fcntl.h>
#include <io.h>
#include <psapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <tlhelp32.h>
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

/* What has an underscore on Windows, or none. */
static void by_the_runtime(void) {
    struct stat facts = {0};
    char byte = '?';
    CHECK(_mkdir("winsock-paths") == 0 && _mkdir("winsock-paths\\in") == 0);
    int fd = open("winsock-paths\\in\\a.txt", O_CREAT | O_RDWR | O_BINARY, 0600);
    CHECK(fd >= 0 && write(fd, "text", 4) == 4 && close(fd) == 0);
    CHECK((fd = open(below("winsock-paths\\in\\a.txt"), O_RDONLY | O_BINARY)) >= 0);
    CHECK(read(fd, &byte, 1) == 1 && byte == 't' && close(fd) == 0);
    CHECK(access("winsock-paths\\in\\a.txt", 0) == 0 && access("winsock-paths\\in\\b.txt", 0) != 0);
    CHECK(stat(".\\winsock-paths\\in\\a.txt", &facts) == 0 && facts.st_size == 4);
    DIR *folder = opendir("winsock-paths\\in");
    int found = 0;
    for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;)
        found += strcmp(entry->d_name, "a.txt") == 0;
    CHECK(found == 1 && closedir(folder) == 0);
    CHECK(chdir("winsock-paths\\in") == 0 && access("a.txt", 0) == 0 && chdir("..\\..") == 0);
    CHECK(unlink("winsock-paths\\in\\a.txt") == 0 && rmdir("winsock-paths\\in") == 0);
    CHECK(rmdir("winsock-paths") == 0);
}

/* What is looked for, made and loaded. */
static void found(void) {
    char text[MAX_PATH], folder[MAX_PATH], *part = NULL;
    CHECK(GetTempPathA(MAX_PATH, folder) > 0 && GetTempFileNameA(folder, "win", 0, text) != 0);
    CHECK(strncmp(text, folder, strlen(folder)) == 0 && !strchr(text, '/'));
    const char *name = strrchr(text, '\\') + 1;
    DWORD length = SearchPathA(folder, name, NULL, 2 * MAX_PATH, whole, &part);
    CHECK(length == strlen(whole) && part && strcmp(part, name) == 0 && part[-1] == '\\' && !strchr(whole, '/'));
    CHECK(DeleteFileA(text));
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPMODULE, 0);
    MODULEENTRY32 module;
    module.dwSize = sizeof module;
    CHECK(Module32First(snapshot, &module) && GetModuleFileNameA(NULL, text, MAX_PATH) > 0);
    CHECK(strcmp(module.szExePath, text) == 0 && strcmp(module.szModule, strrchr(text, '\\') + 1) == 0);
    CHECK(module.hModule == GetModuleHandleA(NULL));
    HMODULE all[256];
    DWORD bytes = 0;
    CHECK(EnumProcessModules(GetCurrentProcess(), all, sizeof all, &bytes));
    for (DWORD at = 0; at < bytes / sizeof *all && at < 256; at++) { /* one list, by either call */
        CHECK(module.hModule == all[at]);
        CHECK(GetModuleFileNameExA(GetCurrentProcess(), all[at], text, MAX_PATH) > 0);
        CHECK(strcmp(module.szExePath, text) == 0);
        CHECK(Module32Next(snapshot, &module) == (at + 1 < bytes / sizeof *all));
    }
    CHECK(CloseHandle(snapshot));
}

int main(void) {
    given();
    by_the_runtime();
    found();
    taken();
    printf("%d wrong\n", wrong);
    return wrong;
}
