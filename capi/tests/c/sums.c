/* Sums of bytes, plain and keyed. What they are to be is from the standards' own examples. */
#include <windows.h>
#include <wincrypt.h>
#include <bcrypt.h>
#include <stdio.h>
#include <string.h>
#include "check.h"

static int is(const BYTE *sum, DWORD bytes, const char *expected) {
    char text[200] = "";
    for (DWORD at = 0; at < bytes; at++)
        sprintf(text + 2 * at, "%02x", sum[at]);
    return strcmp(text, expected) == 0;
}

static const char ABC_MD5[] = "900150983cd24fb0d6963f7d28e17f72";
static const char ABC_SHA1[] = "a9993e364706816aba3e25717850c26c9cd0d89d";
static const char ABC_SHA256[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

static void by_provider(void) {
    static const struct {
        ALG_ID kind;
        DWORD bytes;
        const char *sum;
    } all[] = {{CALG_MD5, 16, ABC_MD5}, {CALG_SHA1, 20, ABC_SHA1}, {CALG_SHA_256, 32, ABC_SHA256}};
    HCRYPTPROV provider = 0;
    HCRYPTHASH hash = 0, copy = 0;
    BYTE sum[64];
    DWORD bytes, number;
    CHECK(CryptAcquireContext(&provider, NULL, NULL, PROV_RSA_AES, CRYPT_VERIFYCONTEXT));
    for (int at = 0; at < 3; at++) {
        CHECK(CryptCreateHash(provider, all[at].kind, 0, 0, &hash));
        CHECK(CryptHashData(hash, (const BYTE *)"a", 1, 0));
        CHECK(CryptDuplicateHash(hash, NULL, 0, &copy));
        CHECK(CryptHashData(hash, (const BYTE *)"bc", 2, 0));
        bytes = 0;
        CHECK(CryptGetHashParam(hash, HP_HASHVAL, NULL, &bytes, 0) && bytes == all[at].bytes);
        bytes = sizeof number;
        CHECK(CryptGetHashParam(hash, HP_HASHSIZE, (BYTE *)&number, &bytes, 0) &&
              number == all[at].bytes);
        bytes = sizeof sum;
        CHECK(CryptGetHashParam(hash, HP_HASHVAL, sum, &bytes, 0) && is(sum, bytes, all[at].sum));
        CHECK(!CryptHashData(hash, (const BYTE *)"more", 4, 0) &&
              GetLastError() == (DWORD)NTE_BAD_HASH_STATE);
        memset(sum, 0xCC, sizeof sum);
        bytes = sizeof sum; /* what is told once is told again, and the copy goes its own way */
        CHECK(CryptGetHashParam(hash, HP_HASHVAL, sum, &bytes, 0) && is(sum, bytes, all[at].sum));
        CHECK(CryptHashData(copy, (const BYTE *)"bc", 2, 0));
        bytes = 3;
        CHECK(!CryptGetHashParam(copy, HP_HASHVAL, sum, &bytes, 0) &&
              GetLastError() == ERROR_MORE_DATA && bytes == all[at].bytes);
        bytes = sizeof sum;
        CHECK(CryptGetHashParam(copy, HP_HASHVAL, sum, &bytes, 0) && is(sum, bytes, all[at].sum));
        CHECK(CryptDestroyHash(hash) && CryptDestroyHash(copy));
    }
    CHECK(!CryptCreateHash(provider, 0x1234, 0, 0, &hash) &&
          GetLastError() == (DWORD)NTE_BAD_ALGID);
    CHECK(CryptReleaseContext(provider, 0));
}

static void by_algorithm(void) {
    BCRYPT_ALG_HANDLE algorithm = NULL;
    BCRYPT_HASH_HANDLE hash = NULL;
    BYTE sum[64], random[16] = {0}, nothing[16] = {0};
    DWORD number = 0;
    ULONG told = 0;
    CHECK(BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_SHA256_ALGORITHM, NULL, 0) == 0);
    CHECK(BCryptGetProperty(algorithm, BCRYPT_HASH_LENGTH, (PUCHAR)&number, sizeof number, &told, 0) ==
              0 && number == 32 && told == 4);
    CHECK(BCryptGetProperty(algorithm, BCRYPT_OBJECT_LENGTH, (PUCHAR)&number, sizeof number, &told, 0) ==
              0 && number > 0);
    CHECK(BCryptCreateHash(algorithm, &hash, NULL, 0, NULL, 0, 0) == 0);
    CHECK(BCryptHashData(hash, (PUCHAR) "abc", 3, 0) == 0);
    CHECK(BCryptFinishHash(hash, sum, 31, 0) == (NTSTATUS)0xC000000D);
    CHECK(BCryptFinishHash(hash, sum, 32, 0) == 0 && is(sum, 32, ABC_SHA256));
    CHECK(BCryptDestroyHash(hash) == 0 && BCryptCloseAlgorithmProvider(algorithm, 0) == 0);
    CHECK(BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_MD5_ALGORITHM, NULL,
                                      BCRYPT_ALG_HANDLE_HMAC_FLAG) == 0);
    CHECK(BCryptCreateHash(algorithm, &hash, NULL, 0, (PUCHAR) "Jefe", 4, 0) == 0); /* RFC 2202 */
    CHECK(BCryptHashData(hash, (PUCHAR) "what do ya want for nothing?", 28, 0) == 0);
    CHECK(BCryptFinishHash(hash, sum, 16, 0) == 0 &&
          is(sum, 16, "750c783e6ab0b503eaa86e310a5db738"));
    CHECK(BCryptDestroyHash(hash) == 0 && BCryptCloseAlgorithmProvider(algorithm, 0) == 0);
    if (!is_wine()) /* which says that it is not implemented */
        CHECK(BCryptOpenAlgorithmProvider(&algorithm, L"NO SUCH", NULL, 0) == (NTSTATUS)0xC0000225);
    CHECK(BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_RNG_ALGORITHM, NULL, 0) == 0);
    CHECK(BCryptGenRandom(algorithm, random, sizeof random, 0) == 0 &&
          memcmp(random, nothing, sizeof random) != 0);
    CHECK(BCryptCloseAlgorithmProvider(algorithm, 0) == 0);
#ifndef __MINGW32__ /* whose headers have not all of these */
    CHECK(BCryptHash(BCRYPT_SHA1_ALG_HANDLE, NULL, 0, (PUCHAR) "abc", 3, sum, 20) == 0 &&
          is(sum, 20, ABC_SHA1));
    CHECK(BCryptHash(BCRYPT_HMAC_SHA256_ALG_HANDLE, (PUCHAR) "Jefe", 4,
                     (PUCHAR) "what do ya want for nothing?", 28, sum, 32) == 0 &&
          is(sum, 32, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
#endif
}

int main(void) {
    by_provider();
    by_algorithm();
    printf("%d wrong\n", wrong);
    return wrong;
}
