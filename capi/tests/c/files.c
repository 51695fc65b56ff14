/* Files found by a pattern, what is known of them, and descriptors by Windows' names. */
#include <winsock2.h>
#include <fcntl.h>
#include <errno.h>
#include <io.h>
#include <share.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include <sys/stat.h>
#include <sys/timeb.h>
#include "check.h"

static char top[MAX_PATH];

static char *in(const char *name) {
    static char paths[4][MAX_PATH];
    static int at;
    char *path = paths[at++ % 4];
    sprintf(path, "%s\\%s", top, name);
    return path;
}

/* _stat is libc's stat: its paths are Linux'. */
static char *slashed(char *path) {
    for (char *at = path; *at != 0; at++)
        *at = *at == '\\' ? '/' : *at;
    return path;
}

static void make(const char *name, const char *text) {
    FILE *file = fopen(in(name), "wb");
    CHECK(file != NULL);
    fwrite(text, 1, strlen(text), file);
    fclose(file);
}

static void searched(void) {
    WIN32_FIND_DATAA found;
    char names[200] = "";
    memset(&found, 0xCC, sizeof found);
    HANDLE search = FindFirstFileA(in("*.*"), &found);
    CHECK(search != INVALID_HANDLE_VALUE);
    do {
        strcat(strcat(names, found.cFileName), "|");
        if (strcmp(found.cFileName, "b.txt") == 0) {
            CHECK(found.nFileSizeLow == 5 && found.nFileSizeHigh == 0);
            CHECK(!(found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY));
            CHECK(found.ftLastWriteTime.dwHighDateTime != 0);
        }
        if (strcmp(found.cFileName, "folder") == 0)
            CHECK(found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY);
    } while (FindNextFileA(search, &found));
    CHECK(GetLastError() == ERROR_NO_MORE_FILES);
    CHECK(strcmp(names, ".|..|a.TXT|b.txt|c|folder|") == 0);
    CHECK(FindClose(search));

    search = FindFirstFileA(in("?.txt"), &found);
    CHECK(search != INVALID_HANDLE_VALUE && strcmp(found.cFileName, "a.TXT") == 0);
    CHECK(FindNextFileA(search, &found) && strcmp(found.cFileName, "b.txt") == 0);
    CHECK(!FindNextFileA(search, &found));
    CHECK(FindClose(search));
    search = FindFirstFileA(in("c"), &found);
    CHECK(search != INVALID_HANDLE_VALUE && strcmp(found.cFileName, "c") == 0);
    CHECK(!FindNextFileA(search, &found) && FindClose(search));
    SetLastError(77);
    CHECK(FindFirstFileA(in("*.none"), &found) == INVALID_HANDLE_VALUE);
    CHECK(GetLastError() == ERROR_FILE_NOT_FOUND);
    CHECK(FindFirstFileA(in("none\\*"), &found) == INVALID_HANDLE_VALUE);
    CHECK(GetLastError() == ERROR_PATH_NOT_FOUND);

    struct _finddata_t old;
    intptr_t runtime = _findfirst(in("b.*"), &old);
    CHECK(runtime != -1 && strcmp(old.name, "b.txt") == 0 && old.size == 5);
    CHECK(!(old.attrib & _A_SUBDIR));
    CHECK(_findnext(runtime, &old) == -1 && _findclose(runtime) == 0);
    CHECK(_findfirst(in("x.*"), &old) == -1);
}

static void wide(void) {
    WIN32_FIND_DATAW found;
    WIN32_FILE_ATTRIBUTE_DATA facts;
    wchar_t path[MAX_PATH], full[MAX_PATH], *part = NULL;
    MultiByteToWideChar(CP_UTF8, 0, in("b.*"), -1, path, MAX_PATH);
    memset(&found, 0xCC, sizeof found);
    HANDLE search = FindFirstFileW(path, &found);
    CHECK(search != INVALID_HANDLE_VALUE && wcscmp(found.cFileName, L"b.txt") == 0);
    CHECK(found.nFileSizeLow == 5 && !FindNextFileW(search, &found) && FindClose(search));
    struct _wfinddata_t old;
    struct _wfinddatai64_t large;
    memset(&old, 0xCC, sizeof old), memset(&large, 0xCC, sizeof large);
    intptr_t runtime = _wfindfirst(path, &old);
    CHECK(runtime != -1 && wcscmp(old.name, L"b.txt") == 0 && old.size == 5 && !(old.attrib & _A_SUBDIR));
    CHECK(_wfindnext(runtime, &old) == -1 && errno == ENOENT && _findclose(runtime) == 0);
    runtime = _wfindfirsti64(path, &large);
    CHECK(runtime != -1 && wcscmp(large.name, L"b.txt") == 0 && large.size == 5);
    CHECK(_wfindnexti64(runtime, &large) == -1 && _findclose(runtime) == 0);
    CHECK(_wfindfirst(L"none.*", &old) == -1 && errno == ENOENT);
    MultiByteToWideChar(CP_UTF8, 0, in("b.txt"), -1, path, MAX_PATH);
    CHECK(_wchmod(path, _S_IREAD) == 0 && (GetFileAttributesW(path) & FILE_ATTRIBUTE_READONLY));
    CHECK(_wchmod(path, _S_IREAD | _S_IWRITE) == 0 && !(GetFileAttributesW(path) & FILE_ATTRIBUTE_READONLY));
    CHECK(_wchmod(L"none", _S_IREAD) == -1 && errno == ENOENT);
    CHECK(GetFileAttributesExW(path, GetFileExInfoStandard, &facts) && facts.nFileSizeLow == 5);
    CHECK(GetFullPathNameW(path, MAX_PATH, full, &part) == wcslen(full));
    CHECK(part != NULL && wcscmp(part, L"b.txt") == 0);
    CHECK(!MoveFileExW(path, path, 0) || GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES);
}

static void told(void) {
    WIN32_FILE_ATTRIBUTE_DATA facts;
    memset(&facts, 0xCC, sizeof facts);
    CHECK(GetFileAttributesExA(in("b.txt"), GetFileExInfoStandard, &facts));
    CHECK(facts.nFileSizeLow == 5 && facts.nFileSizeHigh == 0);
    CHECK(!GetFileAttributesExA(in("x"), GetFileExInfoStandard, &facts));
    CHECK(GetLastError() == ERROR_FILE_NOT_FOUND);

    struct _stat status;
    CHECK(_stat(slashed(in("b.txt")), &status) == 0 && status.st_size == 5);
    CHECK((status.st_mode & _S_IFMT) == _S_IFREG);
    CHECK(_stat(slashed(in("folder")), &status) == 0 && (status.st_mode & _S_IFDIR));

    HANDLE file = CreateFileA(in("b.txt"), GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    FILETIME then = {0x12345600, 0x01D00000}, written, accessed;
    CHECK(SetFileTime(file, NULL, NULL, &then));
    CHECK(GetFileTime(file, NULL, &accessed, &written));
    CHECK(written.dwLowDateTime == then.dwLowDateTime && written.dwHighDateTime == then.dwHighDateTime);
    CHECK(CloseHandle(file));
    CHECK(!GetFileTime(file, NULL, NULL, &written) && GetLastError() == ERROR_INVALID_HANDLE);

    char full[MAX_PATH], *part = NULL;
    CHECK(GetFullPathNameA(in("folder\\..\\b.txt"), sizeof full, full, &part) == strlen(full));
    CHECK(part != NULL && strcmp(part, "b.txt") == 0 && strstr(full, "..") == NULL);
    CHECK(GetFullPathNameA(in("b.txt"), 3, full, NULL) > 3);

    CHECK(!MoveFileExA(in("c"), in("b.txt"), 0) && GetLastError() == ERROR_ALREADY_EXISTS);
    CHECK(MoveFileExA(in("c"), in("b.txt"), MOVEFILE_REPLACE_EXISTING));
    CHECK(GetFileAttributesA(in("c")) == INVALID_FILE_ATTRIBUTES);
}

static void descriptors(void) {
    int fd = _open(in("d"), _O_CREAT | _O_RDWR | _O_BINARY | _O_TRUNC, _S_IREAD | _S_IWRITE);
    CHECK(fd >= 0 && _write(fd, "hello", 5) == 5);
    CHECK(_chsize(fd, 3) == 0 && _filelength(fd) == 3);
    int copy = _dup(fd);
    CHECK(copy > fd && _close(copy) == 0 && _dup2(fd, copy) == 0 && _close(copy) == 0);
    CHECK(_close(fd) == 0);
    CHECK(_setmode(_fileno(stdin), _O_BINARY) == _O_TEXT);
    CHECK(_setmode(_fileno(stdin), _O_TEXT) == _O_BINARY);
    struct _timeb now;
    _ftime(&now);
    CHECK(now.time > 1500000000 && now.millitm < 1000);
}

/* A descriptor's handle, and a handle's descriptor. */
static void handles(void) {
    char text[8] = "";
    DWORD count = 0;
    int ends[2] = {-1, -1};
    char *path = in("handled");
    int fd = _open(path, _O_RDWR | _O_CREAT | _O_BINARY, _S_IREAD | _S_IWRITE);
    HANDLE handle = (HANDLE)_get_osfhandle(fd);
    CHECK(fd > 2 && handle != INVALID_HANDLE_VALUE && (HANDLE)_get_osfhandle(fd) == handle);
    CHECK(GetFileType(handle) == FILE_TYPE_DISK);
    CHECK(WriteFile(handle, "abcd", 4, &count, NULL) && count == 4);
    CHECK(_lseek(fd, 0, SEEK_CUR) == 4); /* they have one position */
    CHECK(_close(fd) == 0);
    CHECK(!WriteFile(handle, "e", 1, &count, NULL) && GetLastError() == ERROR_INVALID_HANDLE);
    handle = CreateFileA(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    fd = _open_osfhandle((intptr_t)handle, _O_RDONLY);
    CHECK(fd > 2 && _read(fd, text, 4) == 4 && memcmp(text, "abcd", 4) == 0);
    CHECK((HANDLE)_get_osfhandle(fd) == handle && _close(fd) == 0 && !CloseHandle(handle));
    CHECK(_pipe(ends, 256, _O_BINARY) == 0 && _write(ends[1], "x", 1) == 1 &&
          _read(ends[0], text, 1) == 1 && text[0] == 'x');
    CHECK(GetFileType((HANDLE)_get_osfhandle(ends[0])) == FILE_TYPE_PIPE);
    CHECK(_close(ends[0]) == 0 && _close(ends[1]) == 0 && DeleteFileA(path));
    CHECK(_sopen_s(&fd, in("handled"), _O_RDWR | _O_CREAT | _O_EXCL, _SH_DENYNO, _S_IREAD | _S_IWRITE) ==
          0);
    FILE *file = _fdopen(fd, "w");
    CHECK(file != NULL && fputs("text", file) >= 0 && fclose(file) == 0);
    CHECK(_sopen_s(&fd, in("no such file"), _O_RDONLY, _SH_DENYNO, 0) == ENOENT && fd == -1);
    fd = _sopen(in("handled"), _O_RDONLY, _SH_DENYWR);
    CHECK(fd > 2 && _read(fd, text, 4) == 4 && memcmp(text, "text", 4) == 0 && _close(fd) == 0);
    CHECK(DeleteFileA(in("handled")));
    CHECK((HANDLE)_get_osfhandle(1) == GetStdHandle(STD_OUTPUT_HANDLE));
}

int main(void) {
    char folder[MAX_PATH];
    GetTempPathA(sizeof folder, folder);
    sprintf(top, "%swinsock-files-%lu", folder, GetCurrentProcessId());
    CHECK(CreateDirectoryA(top, NULL) && CreateDirectoryA(in("folder"), NULL));
    make("a.TXT", "");
    make("b.txt", "hello");
    make("c", "");
    searched();
    wide();
    told();
    descriptors();
    handles();
    const char *all[] = {"a.TXT", "b.txt", "d"};
    for (int at = 0; at < 3; at++)
        CHECK(DeleteFileA(in(all[at])));
    CHECK(RemoveDirectoryA(in("folder")) && RemoveDirectoryA(top));
    printf("%d wrong\n", wrong);
    return wrong;
}
