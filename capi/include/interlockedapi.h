/* Values that threads change together: of any integer type, so that a long, whose width is not
   Windows', is changed whole. And lists that they share. */
#ifndef _INTERLOCKAPI_H_
#define _INTERLOCKAPI_H_

#include <minwindef.h>

#ifdef __cplusplus
extern "C++" {
template <class T>
inline T InterlockedIncrement(T volatile *target) {
    return __atomic_add_fetch(target, (T)1, __ATOMIC_SEQ_CST);
}
template <class T>
inline T InterlockedIncrement64(T volatile *target) {
    return __atomic_add_fetch(target, (T)1, __ATOMIC_SEQ_CST);
}
template <class T>
inline T _InterlockedIncrement(T volatile *target) {
    return __atomic_add_fetch(target, (T)1, __ATOMIC_SEQ_CST);
}
template <class T>
inline T _InterlockedIncrement64(T volatile *target) {
    return __atomic_add_fetch(target, (T)1, __ATOMIC_SEQ_CST);
}
template <class T>
inline T InterlockedDecrement(T volatile *target) {
    return __atomic_sub_fetch(target, (T)1, __ATOMIC_SEQ_CST);
}
template <class T>
inline T InterlockedDecrement64(T volatile *target) {
    return __atomic_sub_fetch(target, (T)1, __ATOMIC_SEQ_CST);
}
template <class T>
inline T _InterlockedDecrement(T volatile *target) {
    return __atomic_sub_fetch(target, (T)1, __ATOMIC_SEQ_CST);
}
template <class T>
inline T _InterlockedDecrement64(T volatile *target) {
    return __atomic_sub_fetch(target, (T)1, __ATOMIC_SEQ_CST);
}
template <class T, class V>
inline T InterlockedExchange(T volatile *target, V value) {
    return __atomic_exchange_n(target, (T)value, __ATOMIC_SEQ_CST);
}
template <class T, class V>
inline T InterlockedExchange64(T volatile *target, V value) {
    return __atomic_exchange_n(target, (T)value, __ATOMIC_SEQ_CST);
}
template <class T, class V>
inline T _InterlockedExchange(T volatile *target, V value) {
    return __atomic_exchange_n(target, (T)value, __ATOMIC_SEQ_CST);
}
template <class T, class V>
inline T _InterlockedExchange64(T volatile *target, V value) {
    return __atomic_exchange_n(target, (T)value, __ATOMIC_SEQ_CST);
}
template <class T, class V>
inline T InterlockedExchangeAdd(T volatile *target, V value) {
    return __atomic_fetch_add(target, (T)value, __ATOMIC_SEQ_CST);
}
template <class T, class V>
inline T InterlockedExchangeAdd64(T volatile *target, V value) {
    return __atomic_fetch_add(target, (T)value, __ATOMIC_SEQ_CST);
}
template <class T, class V>
inline T _InterlockedExchangeAdd(T volatile *target, V value) {
    return __atomic_fetch_add(target, (T)value, __ATOMIC_SEQ_CST);
}
template <class T, class V>
inline T _InterlockedExchangeAdd64(T volatile *target, V value) {
    return __atomic_fetch_add(target, (T)value, __ATOMIC_SEQ_CST);
}
template <class T, class V>
inline T InterlockedAnd(T volatile *target, V value) {
    return __atomic_fetch_and(target, (T)value, __ATOMIC_SEQ_CST);
}
template <class T, class V>
inline T InterlockedAnd64(T volatile *target, V value) {
    return __atomic_fetch_and(target, (T)value, __ATOMIC_SEQ_CST);
}
template <class T, class V>
inline T _InterlockedAnd(T volatile *target, V value) {
    return __atomic_fetch_and(target, (T)value, __ATOMIC_SEQ_CST);
}
template <class T, class V>
inline T _InterlockedAnd64(T volatile *target, V value) {
    return __atomic_fetch_and(target, (T)value, __ATOMIC_SEQ_CST);
}
template <class T, class V>
inline T InterlockedOr(T volatile *target, V value) {
    return __atomic_fetch_or(target, (T)value, __ATOMIC_SEQ_CST);
}
template <class T, class V>
inline T InterlockedOr64(T volatile *target, V value) {
    return __atomic_fetch_or(target, (T)value, __ATOMIC_SEQ_CST);
}
template <class T, class V>
inline T _InterlockedOr(T volatile *target, V value) {
    return __atomic_fetch_or(target, (T)value, __ATOMIC_SEQ_CST);
}
template <class T, class V>
inline T _InterlockedOr64(T volatile *target, V value) {
    return __atomic_fetch_or(target, (T)value, __ATOMIC_SEQ_CST);
}
template <class T, class V>
inline T InterlockedXor(T volatile *target, V value) {
    return __atomic_fetch_xor(target, (T)value, __ATOMIC_SEQ_CST);
}
template <class T, class V>
inline T InterlockedXor64(T volatile *target, V value) {
    return __atomic_fetch_xor(target, (T)value, __ATOMIC_SEQ_CST);
}
template <class T, class V>
inline T _InterlockedXor(T volatile *target, V value) {
    return __atomic_fetch_xor(target, (T)value, __ATOMIC_SEQ_CST);
}
template <class T, class V>
inline T _InterlockedXor64(T volatile *target, V value) {
    return __atomic_fetch_xor(target, (T)value, __ATOMIC_SEQ_CST);
}
template <class T, class V>
inline T InterlockedAdd(T volatile *target, V value) {
    return __atomic_add_fetch(target, (T)value, __ATOMIC_SEQ_CST);
}
template <class T, class V>
inline T InterlockedAdd64(T volatile *target, V value) {
    return __atomic_add_fetch(target, (T)value, __ATOMIC_SEQ_CST);
}
template <class T, class V>
inline T _InterlockedAdd(T volatile *target, V value) {
    return __atomic_add_fetch(target, (T)value, __ATOMIC_SEQ_CST);
}
template <class T, class V>
inline T _InterlockedAdd64(T volatile *target, V value) {
    return __atomic_add_fetch(target, (T)value, __ATOMIC_SEQ_CST);
}
template <class T, class V, class C>
inline T InterlockedCompareExchange(T volatile *target, V value, C comparand) {
    T expected = (T)comparand;
    __atomic_compare_exchange_n(target, &expected, (T)value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return expected;
}
template <class T, class V, class C>
inline T InterlockedCompareExchange64(T volatile *target, V value, C comparand) {
    T expected = (T)comparand;
    __atomic_compare_exchange_n(target, &expected, (T)value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return expected;
}
template <class T, class V, class C>
inline T InterlockedCompareExchangeAcquire(T volatile *target, V value, C comparand) {
    T expected = (T)comparand;
    __atomic_compare_exchange_n(target, &expected, (T)value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return expected;
}
template <class T, class V, class C>
inline T InterlockedCompareExchangeRelease(T volatile *target, V value, C comparand) {
    T expected = (T)comparand;
    __atomic_compare_exchange_n(target, &expected, (T)value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return expected;
}
inline PVOID InterlockedExchangePointer(PVOID volatile *target, PVOID value) {
    return __atomic_exchange_n(target, value, __ATOMIC_SEQ_CST);
}
inline PVOID InterlockedCompareExchangePointer(PVOID volatile *target, PVOID value, PVOID comparand) {
    __atomic_compare_exchange_n(target, &comparand, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return comparand;
}
template <class T, class V, class C>
inline T _InterlockedCompareExchange(T volatile *target, V value, C comparand) {
    T expected = (T)comparand;
    __atomic_compare_exchange_n(target, &expected, (T)value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return expected;
}
template <class T, class V, class C>
inline T _InterlockedCompareExchange64(T volatile *target, V value, C comparand) {
    T expected = (T)comparand;
    __atomic_compare_exchange_n(target, &expected, (T)value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return expected;
}
inline PVOID _InterlockedExchangePointer(PVOID volatile *target, PVOID value) {
    return __atomic_exchange_n(target, value, __ATOMIC_SEQ_CST);
}
inline PVOID _InterlockedCompareExchangePointer(PVOID volatile *target, PVOID value, PVOID comparand) {
    __atomic_compare_exchange_n(target, &comparand, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return comparand;
}
}
#else
#define InterlockedIncrement(target) __atomic_add_fetch((target), 1, __ATOMIC_SEQ_CST)
#define InterlockedIncrement64 InterlockedIncrement
#define _InterlockedIncrement InterlockedIncrement
#define _InterlockedIncrement64 InterlockedIncrement
#define InterlockedDecrement(target) __atomic_sub_fetch((target), 1, __ATOMIC_SEQ_CST)
#define InterlockedDecrement64 InterlockedDecrement
#define _InterlockedDecrement InterlockedDecrement
#define _InterlockedDecrement64 InterlockedDecrement
#define InterlockedExchange(target, value) __atomic_exchange_n((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedExchange64 InterlockedExchange
#define _InterlockedExchange InterlockedExchange
#define _InterlockedExchange64 InterlockedExchange
#define InterlockedExchangeAdd(target, value) __atomic_fetch_add((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedExchangeAdd64 InterlockedExchangeAdd
#define _InterlockedExchangeAdd InterlockedExchangeAdd
#define _InterlockedExchangeAdd64 InterlockedExchangeAdd
#define InterlockedAnd(target, value) __atomic_fetch_and((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedAnd64 InterlockedAnd
#define _InterlockedAnd InterlockedAnd
#define _InterlockedAnd64 InterlockedAnd
#define InterlockedOr(target, value) __atomic_fetch_or((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedOr64 InterlockedOr
#define _InterlockedOr InterlockedOr
#define _InterlockedOr64 InterlockedOr
#define InterlockedXor(target, value) __atomic_fetch_xor((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedXor64 InterlockedXor
#define _InterlockedXor InterlockedXor
#define _InterlockedXor64 InterlockedXor
#define InterlockedAdd(target, value) __atomic_add_fetch((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedAdd64 InterlockedAdd
#define _InterlockedAdd InterlockedAdd
#define _InterlockedAdd64 InterlockedAdd
#define InterlockedCompareExchange(target, value, comparand)                                    \
    (__extension__({                                                                            \
        __typeof__(*(target) + 0) winsock_expected = (comparand);                               \
        __atomic_compare_exchange_n((target), &winsock_expected, (value), 0, __ATOMIC_SEQ_CST,  \
                                    __ATOMIC_SEQ_CST);                                          \
        winsock_expected;                                                                       \
    }))
#define InterlockedCompareExchange64 InterlockedCompareExchange
#define InterlockedCompareExchangeAcquire InterlockedCompareExchange
#define InterlockedCompareExchangeRelease InterlockedCompareExchange
#define _InterlockedCompareExchange InterlockedCompareExchange
#define _InterlockedCompareExchange64 InterlockedCompareExchange
static inline PVOID winsock_exchange_pointer(PVOID volatile *target, PVOID value) {
    return __atomic_exchange_n(target, value, __ATOMIC_SEQ_CST);
}
static inline PVOID winsock_compare_exchange_pointer(PVOID volatile *target, PVOID value,
                                                     PVOID comparand) {
    __atomic_compare_exchange_n(target, &comparand, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return comparand;
}
#define InterlockedExchangePointer(target, value) \
    winsock_exchange_pointer((PVOID volatile *)(target), (value))
#define InterlockedCompareExchangePointer(target, value, comparand) \
    winsock_compare_exchange_pointer((PVOID volatile *)(target), (value), (comparand))
#define _InterlockedExchangePointer InterlockedExchangePointer
#define _InterlockedCompareExchangePointer InterlockedCompareExchangePointer
#endif

#if defined(__x86_64__)
#define YieldProcessor() __builtin_ia32_pause()
#else
#define YieldProcessor() __asm__ __volatile__("yield")
#endif
#define MemoryBarrier() __sync_synchronize()

typedef struct DECLSPEC_ALIGN(16) _SLIST_ENTRY {
    struct _SLIST_ENTRY *Next;
} SLIST_ENTRY, *PSLIST_ENTRY;
typedef struct DECLSPEC_ALIGN(16) _SLIST_HEADER {
    ULONGLONG Words[2];
} SLIST_HEADER, *PSLIST_HEADER;

#ifdef __cplusplus
extern "C" {
#endif

void WINAPI InitializeSListHead(PSLIST_HEADER ListHead);
PSLIST_ENTRY WINAPI InterlockedPushEntrySList(PSLIST_HEADER ListHead, PSLIST_ENTRY ListEntry);
PSLIST_ENTRY WINAPI InterlockedPopEntrySList(PSLIST_HEADER ListHead);
PSLIST_ENTRY WINAPI InterlockedFlushSList(PSLIST_HEADER ListHead);
USHORT WINAPI QueryDepthSList(PSLIST_HEADER ListHead);

#ifdef __cplusplus
}
#endif

#endif
