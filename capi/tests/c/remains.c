/* What the other programs leave: the runtime's wide forms, files by their bits, keyed events, names of
   registry keys, security descriptors' owners, timers of multimedia. */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include <iphlpapi.h>
#include <tlhelp32.h>
#include <shlwapi.h>
#include <mmsystem.h>
#include <fcntl.h>
#include <io.h>
#include <locale.h>
#include <share.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <wchar.h>
#include "check.h"

static void wide_files(void) {
    const wchar_t *name = L"remains.txt";
    FILE *file = _wfsopen(name, L"w+", _SH_DENYNO);
    CHECK(file != NULL && fputwc(L'h', file) == L'h' && fputwc(L'i', file) == L'i' && fputwc(L'\n', file) == L'\n');
    rewind(file);
    CHECK(fgetwc(file) == L'h' && ungetwc(L'H', file) == L'H' && fgetwc(file) == L'H' && fgetwc(file) == L'i');
    FILE *again = NULL;
    CHECK(_wfreopen_s(&again, name, L"r", file) == 0 && again != NULL && fgetwc(again) == L'h');
    fclose(again);
    CHECK(_wunlink(name) == 0);
    int number = _wcreat(name, _S_IREAD | _S_IWRITE);
    CHECK(number >= 0 && _write(number, "abc", 3) == 3 && _close(number) == 0);
    number = _creat("remains.txt", _S_IREAD | _S_IWRITE);
    CHECK(number >= 0 && _filelength(number) == 0 && _close(number) == 0);
    CHECK(_chmod("remains.txt", _S_IREAD) == 0 && _access("remains.txt", 0) == 0);
    CHECK(_chmod("remains.txt", _S_IREAD | _S_IWRITE) == 0 && _access("remains.txt", 6) == 0);
    int mask = _umask(_S_IWRITE);
    CHECK(_umask(mask) == _S_IWRITE);
    struct _finddatai64_t found;
    memset(&found, 0x5A, sizeof found);
    intptr_t search = _findfirsti64("remains.*", &found);
    CHECK(search != -1 && strcmp(found.name, "remains.txt") == 0 && found.size == 0 && _findnexti64(search, &found) == -1);
    CHECK(_findclose(search) == 0 && remove("remains.txt") == 0);
    FILE *said = _wpopen(L"echo said", L"r");
    wchar_t line[16] = L"";
    CHECK(said != NULL && fgetws(line, 16, said) != NULL && wcsncmp(line, L"said", 4) == 0 && _pclose(said) == 0);
    CHECK(_wsystem(L"exit 3") == 3 && system("exit 4") == 4);
}

static void wide_texts(void) {
    wchar_t path[_MAX_PATH], drive[_MAX_DRIVE], folder[_MAX_DIR], name[_MAX_FNAME], extension[_MAX_EXT];
    CHECK(_wmakepath_s(path, _MAX_PATH, L"C", L"\\one\\", L"two", L"txt") == 0 && wcscmp(path, L"C:\\one\\two.txt") == 0);
    _wsplitpath(path, drive, folder, name, extension);
    CHECK(wcscmp(drive, L"C:") == 0 && wcscmp(folder, L"\\one\\") == 0 && wcscmp(name, L"two") == 0 && wcscmp(extension, L".txt") == 0);
    wchar_t text[64];
    CHECK(_wstrdate_s(text, 9) == 0 && wcslen(text) == 8 && text[2] == L'/' && text[5] == L'/');
    CHECK(_wstrtime(text) == text && wcslen(text) == 8 && text[2] == L':');
    CHECK(_wcserror_s(text, 64, ENOENT) == 0 && wcslen(text) > 5);
    time_t then = 86400 * 200;
#ifndef __MINGW32__ /* whose libraries lack them */
    CHECK(wcslen(_wctime(&then)) == 25 && _wctime_s(text, 64, &then) == 0 && wcscmp(text, _wctime(&then)) == 0);
#endif
    _locale_t locale = _create_locale(LC_ALL, "C");
    CHECK(locale != NULL);
    _free_locale(locale);
    CHECK(StrCpyNW(text, L"abcdef", 4) == text && wcscmp(text, L"abc") == 0 && StrCmpW(L"a", L"b") < 0);
    CHECK(IsCharAlphaW(L'x') && !IsCharAlphaW(L'1') && IsCharAlphaNumericW(L'1') && !IsCharAlphaNumericW(L'-'));
    char oem[8], back[8];
    CHECK(CharToOemBuffA("abc", oem, 4) && OemToCharBuffA(oem, back, 4) && strcmp(back, "abc") == 0);
}

static DWORD ticks;

static void CALLBACK tick(UINT timer, UINT message, DWORD_PTR user, DWORD_PTR one, DWORD_PTR two) {
    (void)timer, (void)message, (void)one, (void)two;
    ticks++;
    SetEvent((HANDLE)user);
}

static void timers(void) {
    HANDLE ticked = CreateEvent(NULL, FALSE, FALSE, NULL), queue = CreateTimerQueue();
    MMRESULT timer = timeSetEvent(1, 0, tick, (DWORD_PTR)ticked, TIME_PERIODIC | TIME_CALLBACK_FUNCTION);
    CHECK(timer != 0);
    for (int i = 0; i < 3; i++) {
        CHECK(WaitForSingleObject(ticked, 10000) == WAIT_OBJECT_0);
    }
    CHECK(timeKillEvent(timer) == TIMERR_NOERROR && ticks >= 3);
    CHECK(queue != NULL);
    WINE_DIFFERS(DeleteTimerQueue(queue));
    CloseHandle(ticked);
}

static void processes(void) {
    HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS | TH32CS_SNAPMODULE, 0);
    PROCESSENTRY32W process = {sizeof process};
    MODULEENTRY32W module = {sizeof module};
    int me = 0;
    for (BOOL more = Process32FirstW(all, &process); more; more = Process32NextW(all, &process)) {
        me += process.th32ProcessID == GetCurrentProcessId() && wcsstr(process.szExeFile, L"remains") != NULL;
    }
    CHECK(me == 1 && GetLastError() == ERROR_NO_MORE_FILES);
    CHECK(Module32FirstW(all, &module) && wcsstr(module.szModule, L"remains") != NULL && Module32NextW(all, &module));
    CloseHandle(all);
    wchar_t name[256];
    DWORD room = 256;
    CHECK(GetComputerNameExW(ComputerNameDnsHostname, name, &room) && wcslen(name) == room);
}

static void keys(void) {
    HKEY key = NULL, again = NULL;
    CHECK(RegCreateKeyA(HKEY_CURRENT_USER, "Software\\RemainsTest", &key) == ERROR_SUCCESS);
    CHECK(RegSetValueExA(key, "v", 0, REG_SZ, (const BYTE *)"x", 2) == ERROR_SUCCESS && RegFlushKey(key) == ERROR_SUCCESS);
    CHECK(RegOpenKeyA(HKEY_CURRENT_USER, "Software\\RemainsTest", &again) == ERROR_SUCCESS && RegCloseKey(again) == ERROR_SUCCESS);
    CHECK(RegOpenKeyW(HKEY_CURRENT_USER, L"Software\\RemainsTest", &again) == ERROR_SUCCESS && RegCloseKey(again) == ERROR_SUCCESS);
    CHECK(RegCreateKeyW(HKEY_CURRENT_USER, L"Software\\RemainsTest", &again) == ERROR_SUCCESS && RegCloseKey(again) == ERROR_SUCCESS);
    CHECK(RegCloseKey(key) == ERROR_SUCCESS && RegDeleteKeyA(HKEY_CURRENT_USER, "Software\\RemainsTest") == ERROR_SUCCESS);
    CHECK(RegOpenKeyA(HKEY_CURRENT_USER, "Software\\RemainsTest", &again) == ERROR_FILE_NOT_FOUND);
}

static void owners(void) {
    SID_IDENTIFIER_AUTHORITY world = SECURITY_WORLD_SID_AUTHORITY;
    PSID everyone = NULL, owner = NULL, group = NULL;
    SECURITY_DESCRIPTOR descriptor;
    BOOL by_default = 7;
    CHECK(AllocateAndInitializeSid(&world, 1, SECURITY_WORLD_RID, 0, 0, 0, 0, 0, 0, 0, &everyone));
    CHECK(GetSidLengthRequired(1) == GetLengthSid(everyone) && GetSidIdentifierAuthority(everyone)->Value[5] == 1);
    CHECK(InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION));
    CHECK(SetSecurityDescriptorOwner(&descriptor, everyone, FALSE) && SetSecurityDescriptorGroup(&descriptor, everyone, FALSE));
    CHECK(GetSecurityDescriptorOwner(&descriptor, &owner, &by_default) && owner == everyone && !by_default);
    CHECK(GetSecurityDescriptorGroup(&descriptor, &group, &by_default) && group == everyone);
    BOOL member = 7;
    CHECK(CheckTokenMembership(NULL, everyone, &member) && member == TRUE);
    FreeSid(everyone);
}

static void interfaces(void) {
    struct sockaddr_in to;
    DWORD best = 0;
    memset(&to, 0, sizeof to);
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(GetBestInterfaceEx((struct sockaddr *)&to, &best) == NO_ERROR && best != 0);
    char name[IF_NAMESIZE] = "";
    CHECK(if_indextoname(best, name) == name && if_nametoindex(name) == best);
    ULONG bytes = 0;
    CHECK(GetUdpTable(NULL, &bytes, TRUE) == ERROR_INSUFFICIENT_BUFFER && bytes > 0);
}

int main(void) {
    WSADATA data;
    WSAStartup(MAKEWORD(2, 2), &data);
    wide_files();
    wide_texts();
    timers();
    processes();
    keys();
    owners();
    interfaces();
    printf("%d wrong\n", wrong);
    return wrong;
}
