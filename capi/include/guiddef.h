/* GUIDs. */
#ifndef _GUIDDEF_H_
#define _GUIDDEF_H_

#include <string.h>

#ifndef GUID_DEFINED
#define GUID_DEFINED
typedef struct _GUID {
    unsigned int Data1;
    unsigned short Data2;
    unsigned short Data3;
    unsigned char Data4[8];
} GUID;
#endif

typedef GUID *LPGUID;
typedef const GUID *LPCGUID;
typedef GUID IID, *LPIID, CLSID, *LPCLSID, UUID;

#ifdef __cplusplus
#define REFGUID const GUID &
#define REFIID const IID &
#define REFCLSID const CLSID &
#define WINSOCK_GUID_EXTERN extern "C"
#else
#define REFGUID const GUID *
#define REFIID const IID *
#define REFCLSID const CLSID *
#define WINSOCK_GUID_EXTERN extern
#endif

/* With INITGUID defined the GUID itself, else only its declaration. */
#ifdef INITGUID
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8)                               \
    WINSOCK_GUID_EXTERN const GUID name __attribute__((__weak__));                                 \
    const GUID name = {l, w1, w2, {b1, b2, b3, b4, b5, b6, b7, b8}}
#else
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8)                               \
    WINSOCK_GUID_EXTERN const GUID name
#endif

#ifdef __cplusplus
extern "C++" {
static inline int IsEqualGUID(const GUID &a, const GUID &b) { return !memcmp(&a, &b, sizeof a); }
static inline bool operator==(const GUID &a, const GUID &b) { return IsEqualGUID(a, b) != 0; }
static inline bool operator!=(const GUID &a, const GUID &b) { return IsEqualGUID(a, b) == 0; }
}
#else
#define IsEqualGUID(a, b) (!memcmp((a), (b), sizeof(GUID)))
#endif
#define InlineIsEqualGUID IsEqualGUID
#define IsEqualIID IsEqualGUID
#define IsEqualCLSID IsEqualGUID

#endif
