/* Descriptors that programs make for pipes and mutexes, identifiers, and what a token says. */
#include <windows.h>
#include <sddl.h>
#include <shlobj.h>
#include <stdio.h>
#include <string.h>
#include "check.h"

/* Whoever may connect: the list that is no list. */
static void everybody(void) {
    SECURITY_DESCRIPTOR descriptor;
    SECURITY_ATTRIBUTES attributes = {sizeof attributes, &descriptor, FALSE};
    BOOL present = 99, defaulted = 99;
    PACL list = (PACL)&present;
    memset(&descriptor, 0xCC, sizeof descriptor);
    CHECK(InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION));
    CHECK(GetSecurityDescriptorDacl(&descriptor, &present, &list, &defaulted) && !present);
    CHECK(SetSecurityDescriptorDacl(&descriptor, TRUE, NULL, FALSE));
    CHECK(GetSecurityDescriptorDacl(&descriptor, &present, &list, &defaulted) && present == TRUE &&
          list == NULL && defaulted == FALSE);
    CHECK(IsValidSecurityDescriptor(&descriptor));
    CHECK(!InitializeSecurityDescriptor(&descriptor, 7) && GetLastError() == ERROR_UNKNOWN_REVISION);
    CHECK(sizeof descriptor == 40 && SECURITY_DESCRIPTOR_MIN_LENGTH == 40);
    HANDLE mutex = CreateMutex(&attributes, FALSE, NULL);
    CHECK(mutex != NULL && CloseHandle(mutex));
    HANDLE pipe = CreateNamedPipe(TEXT("\\\\.\\pipe\\of everybody"), PIPE_ACCESS_DUPLEX,
                                  PIPE_TYPE_BYTE, 1, 100, 100, 0, &attributes);
    CHECK(pipe != INVALID_HANDLE_VALUE && CloseHandle(pipe));
}

static void lists(void) {
    SID_IDENTIFIER_AUTHORITY world = SECURITY_WORLD_SID_AUTHORITY, nt = SECURITY_NT_AUTHORITY;
    PSID all = NULL, admins = NULL;
    BYTE room[200], copy[SECURITY_MAX_SID_SIZE];
    LPTSTR text = NULL;
    PACL list = (PACL)room;
    CHECK(AllocateAndInitializeSid(&world, 1, SECURITY_WORLD_RID, 0, 0, 0, 0, 0, 0, 0, &all));
    CHECK(AllocateAndInitializeSid(&nt, 2, SECURITY_BUILTIN_DOMAIN_RID, DOMAIN_ALIAS_RID_ADMINS, 0, 0,
                                   0, 0, 0, 0, &admins));
    CHECK(IsValidSid(all) && GetLengthSid(all) == 12 && GetLengthSid(admins) == 16);
    CHECK(*GetSidSubAuthorityCount(admins) == 2 && *GetSidSubAuthority(admins, 1) == 544);
    CHECK(!EqualSid(all, admins) && CopySid(sizeof copy, copy, all) && EqualSid(all, copy));
    CHECK(!CopySid(5, copy, all));
    if (!is_wine()) /* which leaves the last error */
        CHECK(GetLastError() == ERROR_INSUFFICIENT_BUFFER);
    CHECK(ConvertSidToStringSid(admins, &text) && lstrcmp(text, TEXT("S-1-5-32-544")) == 0);
    CHECK(LocalFree(text) == NULL);
    memset(room, 0xCC, sizeof room);
    CHECK(InitializeAcl(list, sizeof room, ACL_REVISION) && IsValidAcl(list));
    CHECK(AddAccessAllowedAce(list, ACL_REVISION, GENERIC_ALL, all));
    CHECK(AddAccessDeniedAce(list, ACL_REVISION, GENERIC_WRITE, admins));
    CHECK(list->AceCount == 2 && list->AclSize == sizeof room && IsValidAcl(list));
    PACCESS_ALLOWED_ACE first = (PACCESS_ALLOWED_ACE)(list + 1);
    CHECK(first->Header.AceType == ACCESS_ALLOWED_ACE_TYPE && first->Header.AceSize == 20 &&
          first->Mask == GENERIC_ALL && EqualSid(&first->SidStart, all));
    CHECK(InitializeAcl(list, 24, ACL_REVISION));
    CHECK(!AddAccessAllowedAce(list, ACL_REVISION, GENERIC_ALL, all) &&
          GetLastError() == ERROR_ALLOTTED_SPACE_EXCEEDED);
    CHECK(!InitializeAcl(list, 4, ACL_REVISION) && GetLastError() == ERROR_INSUFFICIENT_BUFFER);
    CHECK(FreeSid(all) == NULL && FreeSid(admins) == NULL);
}

static void tokens(void) {
    HANDLE token = NULL, other = NULL;
    TOKEN_PRIVILEGES wanted = {1};
    TOKEN_ELEVATION elevation = {99};
    DWORD needed = 0;
    BYTE room[256];
    LPTSTR text = NULL;
    CHECK(OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &token));
    CHECK(LookupPrivilegeValue(NULL, SE_DEBUG_NAME, &wanted.Privileges[0].Luid));
    CHECK(wanted.Privileges[0].Luid.LowPart == 20 && wanted.Privileges[0].Luid.HighPart == 0);
    wanted.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    SetLastError(4711);
    CHECK(AdjustTokenPrivileges(token, FALSE, &wanted, sizeof wanted, NULL, NULL));
    if (!is_wine()) /* where one is an administrator */
        CHECK(GetLastError() == ERROR_NOT_ALL_ASSIGNED);
    CHECK(!LookupPrivilegeValue(NULL, TEXT("SeNoSuchPrivilege"), &wanted.Privileges[0].Luid) &&
          GetLastError() == ERROR_NO_SUCH_PRIVILEGE);
    CHECK(GetTokenInformation(token, TokenElevation, &elevation, sizeof elevation, &needed) &&
          needed == sizeof elevation && elevation.TokenIsElevated <= 1);
    if (!is_wine())
        CHECK(IsUserAnAdmin() == (BOOL)elevation.TokenIsElevated);
    CHECK(!GetTokenInformation(token, TokenUser, NULL, 0, &needed) &&
          GetLastError() == ERROR_INSUFFICIENT_BUFFER && needed > sizeof(TOKEN_USER));
    CHECK(GetTokenInformation(token, TokenUser, room, sizeof room, &needed));
    CHECK(IsValidSid(((PTOKEN_USER)room)->User.Sid));
    CHECK(ConvertSidToStringSid(((PTOKEN_USER)room)->User.Sid, &text) && text[0] == 'S');
    LocalFree(text);
    CHECK(CloseHandle(token));
    CHECK(!OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &other) &&
          GetLastError() == ERROR_NO_TOKEN);
    CHECK(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token));
    wanted.Privileges[0].Luid.LowPart = 20;
    CHECK(!AdjustTokenPrivileges(token, FALSE, &wanted, sizeof wanted, NULL, NULL) &&
          GetLastError() == ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(token));
    CHECK(!OpenProcessToken(NULL, TOKEN_QUERY, &token) && GetLastError() == ERROR_INVALID_HANDLE);
    CHECK(RevertToSelf());
}

int main(void) {
    everybody();
    lists();
    tokens();
    printf("%d wrong\n", wrong);
    return wrong;
}
