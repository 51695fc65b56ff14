/* The environment as a block, letters, parts of files locked, the memory of another process. */
#include <windows.h>
#include <versionhelpers.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "check.h"

static int is(LPCTSTR one, LPCTSTR other) { return lstrcmp(one, other) == 0; }

static void environment(void) {
    TCHAR room[200];
    STARTUPINFO info;
    int found = 0;
    CHECK(SetEnvironmentVariable(TEXT("SURROUNDED"), TEXT("by trees")));
    LPTCH block = GetEnvironmentStrings(), at = block;
    for (; at != NULL && *at != 0; at += lstrlen(at) + 1)
        found += is(at, TEXT("SURROUNDED=by trees"));
    CHECK(found == 1 && FreeEnvironmentStrings(block));
    CHECK(ExpandEnvironmentStrings(TEXT("<%SURROUNDED%>"), room, 200) == 11 &&
          is(room, TEXT("<by trees>")));
    CHECK(ExpandEnvironmentStrings(TEXT("<%SURROUNDED%>"), room, 3) == 11);
    CHECK(ExpandEnvironmentStrings(TEXT("%NO_SUCH_NAME%"), room, 200) == 15 &&
          is(room, TEXT("%NO_SUCH_NAME%")));
    memset(&info, 0xCC, sizeof info);
    GetStartupInfo(&info);
    CHECK(info.cb == sizeof info && info.lpReserved == NULL && info.cbReserved2 == 0);
    CHECK(IsWindows7OrGreater() && IsWindowsVersionOrGreater(6, 0, 0) &&
          !IsWindowsVersionOrGreater(99, 0, 0) && !IsWindowsServer());
}

static void letters(void) {
    TCHAR text[] = TEXT("Some Text 1");
    CHECK(is(CharUpper(text), TEXT("SOME TEXT 1")) && is(CharLower(text), TEXT("some text 1")));
    CHECK(CharUpperBuff(text, 4) == 4 && is(text, TEXT("SOME text 1")));
    CHECK(CharLowerBuff(text, 2) == 2 && is(text, TEXT("soME text 1")));
    CHECK((TCHAR)(ULONG_PTR)CharUpper((LPTSTR)(ULONG_PTR)TEXT('q')) == TEXT('Q'));
    CHECK(CharNext(text) == text + 1 && CharNext(text + 11) == text + 11);
    CHECK(CharPrev(text, text + 3) == text + 2 && CharPrev(text, text) == text);
    char oem[20];
    CHECK(CharToOem(TEXT("plain"), oem) && strcmp(oem, "plain") == 0);
    CHECK(OemToChar("plain", text) && is(text, TEXT("plain")));
    UINT one = RegisterWindowMessage(TEXT("of this test"));
    CHECK(one >= 0xC000 && one <= 0xFFFF && RegisterWindowMessage(TEXT("OF this TEST")) == one &&
          RegisterWindowMessage(TEXT("another of this test")) != one);
    CHECK(GetSystemMetrics(SM_CLEANBOOT) == 0 && GetSystemMetrics(SM_NETWORK) & 1);
    DWORD session = 99;
    CHECK(ProcessIdToSessionId(GetCurrentProcessId(), &session) && session != 99);
}

static void locks(void) {
    TCHAR folder[MAX_PATH], path[MAX_PATH];
    OVERLAPPED at = {0};
    GetTempPath(MAX_PATH, folder);
    GetTempFileName(folder, TEXT("lck"), 0, path);
    HANDLE one = CreateFile(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                            NULL, OPEN_EXISTING, 0, NULL);
    HANDLE other = CreateFile(path, GENERIC_READ | GENERIC_WRITE,
                              FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(one != INVALID_HANDLE_VALUE && other != INVALID_HANDLE_VALUE);
    CHECK(LockFile(one, 0, 0, 10, 0));
    CHECK(!LockFile(other, 5, 0, 10, 0) && GetLastError() == ERROR_LOCK_VIOLATION);
    CHECK(LockFile(other, 10, 0, 10, 0));
    CHECK(UnlockFile(one, 0, 0, 10, 0) && LockFile(other, 0, 0, 10, 0));
    CHECK(UnlockFile(other, 0, 0, 10, 0) && UnlockFile(other, 10, 0, 10, 0));
    at.Offset = 100; /* shared by both, then for one alone */
    CHECK(LockFileEx(one, 0, 0, 1, 0, &at) && LockFileEx(other, 0, 0, 1, 0, &at));
    CHECK(UnlockFileEx(one, 0, 1, 0, &at));
    CHECK(!LockFileEx(one, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &at) &&
          GetLastError() == ERROR_LOCK_VIOLATION);
    CHECK(UnlockFileEx(other, 0, 1, 0, &at));
    CHECK(LockFileEx(one, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &at));
    CHECK(CloseHandle(one)); /* which unlocks */
    CHECK(LockFileEx(other, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &at));
    CHECK(CloseHandle(other) && DeleteFile(path));
    CHECK(!LockFile(NULL, 0, 0, 1, 0) && GetLastError() == ERROR_INVALID_HANDLE);
}

static void memory(void) {
    char from[] = "of this process", to[32] = "";
    SIZE_T count = 99;
    HANDLE me = GetCurrentProcess();
    CHECK(ReadProcessMemory(me, from, to, sizeof from, &count) && count == sizeof from &&
          strcmp(from, to) == 0);
    CHECK(WriteProcessMemory(me, from, "on", 2, &count) && count == 2 &&
          strcmp(from, "on this process") == 0);
    CHECK(!ReadProcessMemory(me, (void *)16, to, 4, &count));
    if (!is_wine()) /* which says 998 */
        CHECK(GetLastError() == ERROR_PARTIAL_COPY);
}

static void opened(void) {
    TCHAR folder[MAX_PATH], path[MAX_PATH], final[MAX_PATH + 8];
    FILE_BASIC_INFO basic;
    FILE_STANDARD_INFO standard;
    FILE_END_OF_FILE_INFO end;
    FILE_DISPOSITION_INFO goes = {TRUE};
    DWORD count;
    GetTempPath(MAX_PATH, folder);
    GetTempFileName(folder, TEXT("opn"), 0, path);
    HANDLE file = CreateFile(path, GENERIC_READ | GENERIC_WRITE | DELETE, 0, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(WriteFile(file, "0123456789", 10, &count, NULL));
    DWORD length = GetFinalPathNameByHandle(file, final, MAX_PATH + 8, FILE_NAME_NORMALIZED);
    CHECK(length > 5 && length == (DWORD)lstrlen(final) &&
          lstrcmpi(final + length - 4, TEXT(".tmp")) == 0);
    if (!is_wine()) /* which forgets the null in one of two */
        CHECK(GetFinalPathNameByHandle(file, final, 3, FILE_NAME_NORMALIZED) == length + 1);
    memset(&standard, 0xCC, sizeof standard);
    CHECK(GetFileInformationByHandleEx(file, FileStandardInfo, &standard, sizeof standard) &&
          standard.EndOfFile.QuadPart == 10 && standard.NumberOfLinks == 1 &&
          !standard.Directory && !standard.DeletePending);
    memset(&basic, 0, sizeof basic);
    CHECK(GetFileInformationByHandleEx(file, FileBasicInfo, &basic, sizeof basic) &&
          basic.LastWriteTime.QuadPart > 130000000000000000LL &&
          !(basic.FileAttributes & FILE_ATTRIBUTE_DIRECTORY));
    CHECK(!GetFileInformationByHandleEx(file, FileBasicInfo, &basic, 8) &&
          GetLastError() == ERROR_BAD_LENGTH);
    end.EndOfFile.QuadPart = 4;
    CHECK(SetFileInformationByHandle(file, FileEndOfFileInfo, &end, sizeof end) &&
          GetFileSize(file, NULL) == 4);
    CHECK(SetFileInformationByHandle(file, FileDispositionInfo, &goes, sizeof goes));
    CHECK(CloseHandle(file) && GetFileAttributes(path) == INVALID_FILE_ATTRIBUTES);
}

static void drives_and_doors(void) {
    TCHAR all[200];
    DWORD sectors = 0, bytes = 0, unused = 0, clusters = 0;
    DWORD length = GetLogicalDriveStrings(200, all);
    CHECK(length >= 2 && all[length] == 0 && all[length - 1] == 0);
    CHECK(GetLogicalDriveStrings(0, NULL) == length + 1);
    CHECK(GetDriveType(all) > DRIVE_NO_ROOT_DIR);
    CHECK(GetDriveType(TEXT("Q:\\no such folder\\")) == DRIVE_NO_ROOT_DIR);
    CHECK(GetDiskFreeSpace(NULL, &sectors, &bytes, &unused, &clusters) && sectors > 0 && bytes > 0 &&
          clusters >= unused);
    HANDLE mutex = CreateMutexEx(NULL, TEXT("of these surroundings"), CREATE_MUTEX_INITIAL_OWNER,
                                 MUTEX_ALL_ACCESS);
    HANDLE other = OpenMutex(MUTEX_ALL_ACCESS, FALSE, TEXT("of these surroundings"));
    CHECK(mutex != NULL && other != NULL && ReleaseMutex(other) && !ReleaseMutex(mutex) &&
          GetLastError() == ERROR_NOT_OWNER);
    CHECK(CloseHandle(mutex) && CloseHandle(other));
    HANDLE semaphore = CreateSemaphoreEx(NULL, 1, 2, TEXT("and these"), 0, SEMAPHORE_ALL_ACCESS);
    other = OpenSemaphore(SEMAPHORE_ALL_ACCESS, FALSE, TEXT("and these"));
    CHECK(WaitForSingleObject(other, 0) == WAIT_OBJECT_0 &&
          WaitForSingleObject(semaphore, 0) == WAIT_TIMEOUT);
    CHECK(CloseHandle(semaphore) && CloseHandle(other));
}

static void mapped(void) {
    HANDLE section = CreateFileMapping(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 0x10000, NULL);
    char *view = (char *)MapViewOfFile(section, FILE_MAP_ALL_ACCESS, 0, 0, 0);
    CHECK(view != NULL && strcpy(view, "shared") == view && UnmapViewOfFile(view));
    char *again = (char *)MapViewOfFileEx(section, FILE_MAP_ALL_ACCESS, 0, 0, 0, NULL);
    CHECK(again != NULL && strcmp(again, "shared") == 0);
    CHECK(MapViewOfFileEx(section, FILE_MAP_ALL_ACCESS, 0, 0, 0, again) == NULL);
    if (((ULONG_PTR)again & 0xFFFF) == 0) /* Linux' own choice need not be where one may ask for it */
        CHECK(GetLastError() == ERROR_INVALID_ADDRESS);
    char *there = (char *)0x500000000000; /* nothing is mapped there */
    CHECK(MapViewOfFileEx(section, FILE_MAP_ALL_ACCESS, 0, 0, 0, there) == there &&
          strcmp(there, "shared") == 0 && UnmapViewOfFile(there));
    CHECK(MapViewOfFileEx(section, FILE_MAP_ALL_ACCESS, 0, 0, 0, there + 4096) == NULL &&
          GetLastError() == ERROR_MAPPED_ALIGNMENT);
    CHECK(UnmapViewOfFile(again) && CloseHandle(section));
}

int main(void) {
    environment();
    letters();
    locks();
    memory();
    drives_and_doors();
    opened();
    mapped();
    printf("%d wrong\n", wrong);
    return wrong;
}
