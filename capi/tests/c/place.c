/* Where files are, two names of one, disks; what memory is like; texts compared. */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "check.h"

static HANDLE made(const TCHAR *name) {
    HANDLE file = CreateFile(name, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, NULL, CREATE_ALWAYS, 0, NULL);
    CHECK(file != INVALID_HANDLE_VALUE);
    return file;
}

static void places(void) {
    TCHAR room[MAX_PATH], *part = NULL;
    DWORD count;
    BY_HANDLE_FILE_INFORMATION one, other;
    HANDLE file = made(TEXT("placed.dat"));
    CHECK(WriteFile(file, "12345", 5, &count, NULL));
    CHECK(SearchPath(TEXT("."), TEXT("placed"), TEXT(".dat"), MAX_PATH, room, &part) > 9);
    CHECK(part && lstrcmp(part, TEXT("placed.dat")) == 0);
    DWORD needed = SearchPath(TEXT("."), TEXT("placed.dat"), NULL, 1, room, &part);
    CHECK(needed == SearchPath(TEXT("."), TEXT("placed.dat"), NULL, MAX_PATH, room, &part) + 1);
    CHECK(SearchPath(NULL, TEXT("not there at all"), NULL, MAX_PATH, room, NULL) == 0);
    CHECK(GetLastError() == ERROR_FILE_NOT_FOUND);
    CHECK(GetLongPathName(TEXT("placed.dat"), room, MAX_PATH) == 10 && lstrcmp(room, TEXT("placed.dat")) == 0);
    CHECK(GetLongPathName(TEXT("absent.dat"), room, MAX_PATH) == 0 && GetLastError() == ERROR_FILE_NOT_FOUND);

    CHECK(CreateHardLink(TEXT("second.dat"), TEXT("placed.dat"), NULL));
    CHECK(!CreateHardLink(TEXT("second.dat"), TEXT("placed.dat"), NULL) && GetLastError() == ERROR_ALREADY_EXISTS);
    CHECK(GetFileInformationByHandle(file, &one) && one.nFileSizeLow == 5 && one.nFileSizeHigh == 0);
    CHECK(one.nNumberOfLinks == 2);
    HANDLE second = CreateFile(TEXT("second.dat"), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                               OPEN_EXISTING, 0, NULL);
    CHECK(GetFileInformationByHandle(second, &other));
    CHECK(one.nFileIndexLow == other.nFileIndexLow && one.nFileIndexHigh == other.nFileIndexHigh);
    CHECK(one.dwVolumeSerialNumber == other.dwVolumeSerialNumber && one.ftLastWriteTime.dwHighDateTime > 0x1D00000);
    CloseHandle(second);
    CloseHandle(file);
    CHECK(DeleteFile(TEXT("second.dat")) && DeleteFile(TEXT("placed.dat")));

    CHECK(GetTempFileName(TEXT("."), TEXT("four"), 0x1234, room) == 0x1234);
    CHECK(lstrcmp(room + lstrlen(room) - 11, TEXT("fou1234.tmp")) == 0);
    CHECK(GetFileAttributes(room) == INVALID_FILE_ATTRIBUTES);
    CHECK(GetTempFileName(TEXT("."), TEXT("abc"), 0, room) != 0);
    CHECK(GetFileAttributes(room) != INVALID_FILE_ATTRIBUTES && DeleteFile(room));
    CHECK(GetTempFileName(TEXT("no such folder"), TEXT("abc"), 0, room) == 0 && GetLastError() == ERROR_DIRECTORY);

    ULARGE_INTEGER own, all, free;
    CHECK(GetDiskFreeSpaceEx(TEXT("."), &own, &all, &free));
    CHECK(own.QuadPart > 0 && free.QuadPart >= own.QuadPart && all.QuadPart >= free.QuadPart);
    CHECK(GetDiskFreeSpaceEx(NULL, NULL, &all, NULL));
    CHECK(!GetDiskFreeSpaceEx(TEXT("no such folder"), &own, NULL, NULL) && GetLastError() == ERROR_FILE_NOT_FOUND);
    HMODULE library = LoadLibraryEx(TEXT("kernel32.dll"), NULL, 0);
    CHECK(library != NULL && GetProcAddress(library, "GetTickCount64") != NULL);
}

static void memory(void) {
    MEMORY_BASIC_INFORMATION told;
    DWORD old = 9;
    char *block = VirtualAlloc(NULL, 0x10000, MEM_RESERVE, PAGE_NOACCESS);
    CHECK(VirtualQuery(block, &told, sizeof told) == sizeof told);
    CHECK(told.BaseAddress == block && told.AllocationBase == block && told.State == MEM_RESERVE);
    CHECK(told.RegionSize == 0x10000 && told.Type == MEM_PRIVATE);
    CHECK(VirtualAlloc(block + 0x2000, 0x1000, MEM_COMMIT, PAGE_READWRITE) == block + 0x2000);
    CHECK(VirtualQuery(block + 0x2345, &told, sizeof told) == sizeof told);
    CHECK(told.BaseAddress == block + 0x2000 && told.AllocationBase == block && told.State == MEM_COMMIT);
    CHECK(told.RegionSize == 0x1000 && told.Protect == PAGE_READWRITE);
    CHECK(VirtualProtect(block + 0x2000, 0x1000, PAGE_READONLY, &old) && old == PAGE_READWRITE);
    CHECK(VirtualQuery(block + 0x2000, &told, sizeof told) && told.Protect == PAGE_READONLY);
    CHECK(VirtualProtect(block + 0x2000, 0x1000, PAGE_READWRITE, &old) && old == PAGE_READONLY);
    block[0x2000] = 1;
    CHECK(VirtualFree(block, 0, MEM_RELEASE));
    CHECK(VirtualQuery(block, &told, sizeof told) && told.State == MEM_FREE);
    CHECK(VirtualQuery((void *)memory, &told, sizeof told) && told.Type == MEM_IMAGE);
    CHECK(told.Protect == PAGE_EXECUTE_READ || told.Protect == PAGE_EXECUTE_WRITECOPY);
    CHECK(VirtualQuery(block, &told, 3) == 0 && GetLastError() == ERROR_BAD_LENGTH);
}

static void texts(void) {
    CHECK(CompareString(LOCALE_USER_DEFAULT, 0, TEXT("abc"), -1, TEXT("abc"), 3) == CSTR_EQUAL);
    CHECK(CompareString(LOCALE_USER_DEFAULT, 0, TEXT("abc"), -1, TEXT("abd"), -1) == CSTR_LESS_THAN);
    CHECK(CompareString(LOCALE_USER_DEFAULT, 0, TEXT("b"), -1, TEXT("abd"), -1) == CSTR_GREATER_THAN);
    CHECK(CompareString(LOCALE_USER_DEFAULT, NORM_IGNORECASE, TEXT("ABC"), -1, TEXT("abc"), -1) == CSTR_EQUAL);
    CHECK(CompareString(LOCALE_USER_DEFAULT, 0, NULL, -1, TEXT("abc"), -1) == 0);
    CHECK(CompareStringOrdinal(L"Abc", -1, L"aBC", 3, TRUE) == CSTR_EQUAL);
    CHECK(CompareStringOrdinal(L"B", -1, L"a", -1, FALSE) == CSTR_LESS_THAN);
}

int main(void) {
    places();
    memory();
    texts();
    printf("%d wrong\n", wrong);
    return wrong;
}
