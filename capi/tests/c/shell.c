/* Paths as text, and parts of texts. */
#include <windows.h>
#include <shlwapi.h>
#include <stdio.h>
#include <string.h>
#include "check.h"

static TCHAR path[MAX_PATH];

static int is(LPCTSTR expected) { return lstrcmp(path, expected) == 0; }
static LPTSTR set(LPCTSTR text) { return lstrcpy(path, text); }

static void names(void) {
    LPCTSTR log = TEXT("C:\\dir.d\\server.log");
    CHECK(lstrcmp(PathFindFileName(log), TEXT("server.log")) == 0);
    CHECK(lstrcmp(PathFindFileName(TEXT("a/b")), TEXT("b")) == 0);
    CHECK(lstrcmp(PathFindFileName(TEXT("plain")), TEXT("plain")) == 0);
    CHECK(lstrcmp(PathFindFileName(TEXT("C:\\dir\\")), TEXT("dir\\")) == 0);
    CHECK(lstrcmp(PathFindExtension(log), TEXT(".log")) == 0);
    CHECK(*PathFindExtension(TEXT("C:\\dir.d\\server")) == 0);
    CHECK(*PathFindExtension(TEXT("server.log file")) == 0);
    PathStripPath(set(log));
    CHECK(is(TEXT("server.log")));
    PathRemoveExtension(path);
    CHECK(is(TEXT("server")));
    CHECK(PathAddExtension(path, TEXT(".ini")) && is(TEXT("server.ini")));
    CHECK(!PathAddExtension(path, TEXT(".txt")) && is(TEXT("server.ini")));
    CHECK(PathRenameExtension(path, TEXT(".cfg")) && is(TEXT("server.cfg")));
    if (!is_wine()) /* which knows no usual one */
        CHECK(PathAddExtension(set(TEXT("tool")), NULL) && is(TEXT("tool.exe")));
    CHECK(PathIsFileSpec(TEXT("server.log")) && !PathIsFileSpec(log));
    PathQuoteSpaces(set(TEXT("C:\\my dir\\a")));
    CHECK(is(TEXT("\"C:\\my dir\\a\"")));
    PathUnquoteSpaces(path);
    CHECK(is(TEXT("C:\\my dir\\a")));
    set(TEXT("C:\\plain"));
    PathQuoteSpaces(path);
    CHECK(is(TEXT("C:\\plain")));
}

static void folders(void) {
    CHECK(PathRemoveFileSpec(set(TEXT("C:\\a\\b.exe"))) && is(TEXT("C:\\a")));
    CHECK(PathRemoveFileSpec(path) && is(TEXT("C:\\")));
    CHECK(!PathRemoveFileSpec(path) && is(TEXT("C:\\")));
    CHECK(PathRemoveFileSpec(set(TEXT("C:\\a\\"))) && is(TEXT("C:\\a")));
    CHECK(PathRemoveFileSpec(set(TEXT("name"))) && is(TEXT("")));
    CHECK(PathRemoveFileSpec(set(TEXT("\\name"))) && is(TEXT("\\")));
    CHECK(PathAddBackslash(set(TEXT("C:\\a"))) == path + 5 && is(TEXT("C:\\a\\")));
    CHECK(PathAddBackslash(path) == path + 5 && is(TEXT("C:\\a\\")));
    PathRemoveBackslash(path);
    CHECK(is(TEXT("C:\\a")));
    PathRemoveBackslash(set(TEXT("C:\\")));
    CHECK(is(TEXT("C:\\")));
    CHECK(PathIsRelative(TEXT("a\\b")) && !PathIsRelative(TEXT("\\a")) && !PathIsRelative(TEXT("C:\\a")));
    CHECK(PathIsRoot(TEXT("C:\\")) && PathIsRoot(TEXT("\\")) && !PathIsRoot(TEXT("C:\\a")));
    CHECK(PathAppend(set(TEXT("C:\\a")), TEXT("b\\c")) && is(TEXT("C:\\a\\b\\c")));
    CHECK(PathAppend(path, TEXT("..\\d")) && is(TEXT("C:\\a\\b\\d")));
    CHECK(PathAppend(set(TEXT("C:\\a\\")), TEXT("\\b")) && is(TEXT("C:\\a\\b")));
    CHECK(PathCombine(path, TEXT("C:\\a"), TEXT("D:\\b")) == path && is(TEXT("D:\\b")));
    CHECK(PathCombine(path, TEXT("C:\\a\\b"), TEXT("\\c")) == path && is(TEXT("C:\\c")));
    CHECK(PathCombine(path, TEXT("C:\\a"), TEXT(".\\b")) == path && is(TEXT("C:\\a\\b")));
    CHECK(PathCombine(path, TEXT("C:\\a"), NULL) == path && is(TEXT("C:\\a")));
    CHECK(PathCombine(path, NULL, NULL) == NULL && is(TEXT("")));
    CHECK(PathCanonicalize(path, TEXT("C:\\a\\.\\b\\..\\c")) && is(TEXT("C:\\a\\c")));
    CHECK(PathCanonicalize(path, TEXT("C:\\..\\a")) && is(TEXT("C:\\a")));
    CHECK(PathCanonicalize(path, TEXT("")) && is(TEXT("\\")));
    CHECK(PathCanonicalize(path, TEXT("C:\\a\\b\\..")) && is(TEXT("C:\\a")));
}

static void files(void) {
    TCHAR file[MAX_PATH];
    GetModuleFileName(NULL, file, MAX_PATH);
    CHECK(PathFileExists(file) && !PathIsDirectory(file));
    PathRemoveFileSpec(file);
    CHECK(PathFileExists(file) && PathIsDirectory(file) == FILE_ATTRIBUTE_DIRECTORY);
    CHECK(PathAppend(file, TEXT("there is no such file")) && !PathFileExists(file) &&
          GetLastError() == ERROR_FILE_NOT_FOUND);
}

static void texts(void) {
    LPCTSTR text = TEXT("Port=9000; port");
    int number = 77;
    LONGLONG wide = 77;
    CHECK(StrChr(text, TEXT('=')) == text + 4 && StrChr(text, TEXT('?')) == NULL);
    CHECK(StrChrI(text, TEXT('P')) == text && StrRChr(text, NULL, TEXT('o')) == text + 12);
    CHECK(StrRChr(text, text + 10, TEXT('o')) == text + 1);
    CHECK(StrStr(text, TEXT("port")) == text + 11 && StrStrI(text, TEXT("PORT")) == text);
    CHECK(StrStr(text, TEXT("host")) == NULL);
    CHECK(StrCmpN(TEXT("abc"), TEXT("abd"), 2) == 0 && StrCmpN(TEXT("abc"), TEXT("abd"), 3) < 0);
    CHECK(StrCmpNI(TEXT("ABc"), TEXT("abD"), 2) == 0 && StrCmpI(TEXT("AbC"), TEXT("aBc")) == 0);
    set(TEXT(" \t text \n"));
    CHECK(StrTrim(path, TEXT(" \t\n")) && is(TEXT("text")) && !StrTrim(path, TEXT(" ")));
    CHECK(StrToInt(TEXT("123 and more")) == 123 && StrToInt(TEXT("-5")) == -5 && StrToInt(TEXT("x")) == 0);
    CHECK(StrToIntEx(TEXT(" 0x1F"), STIF_SUPPORT_HEX, &number) && number == 31);
    CHECK(StrToIntEx(TEXT("+42"), STIF_DEFAULT, &number) && number == 42);
    CHECK(!StrToIntEx(TEXT("none"), STIF_DEFAULT, &number));
    CHECK(StrToInt64Ex(TEXT("-5000000000"), STIF_DEFAULT, &wide) && wide == -5000000000LL);
    CHECK(StrSpn(TEXT("aab"), TEXT("a")) == 2 && StrCSpn(TEXT("aab"), TEXT("b")) == 2);
    CHECK(StrPBrk(text, TEXT(";=")) == text + 4);
    CHECK(StrCatBuff(set(TEXT("ab")), TEXT("cdef"), 5) == path && is(TEXT("abcd")));
    LPTSTR copy = StrDup(text);
    CHECK(copy != NULL && lstrcmp(copy, text) == 0 && LocalFree(copy) == NULL);
}

int main(void) {
    names();
    folders();
    files();
    texts();
    printf("%d wrong\n", wrong);
    return wrong;
}
