/* Values that threads change together: of any integer type, so that a long, whose width is not
   Windows', is changed whole. And lists that they share. */
#ifndef _INTERLOCKAPI_H_
#define _INTERLOCKAPI_H_

#include <minwindef.h>

#ifdef __cplusplus
extern "C++" {
#define WINSOCK_ATOMIC_STEP(name, does, operand)         \
    template <class T>                                   \
    inline T name(T volatile *target) {                  \
        return does(target, (T)operand, __ATOMIC_SEQ_CST); \
    }
#define WINSOCK_ATOMIC(name, does)                     \
    template <class T, class V>                        \
    inline T name(T volatile *target, V value) {       \
        return does(target, (T)value, __ATOMIC_SEQ_CST); \
    }
/* All that are called prefix…suffix: the widths, and the orders, of which Windows on these processors
   gives the strongest too. */
#define WINSOCK_ATOMICS(prefix, suffix)                                                      \
    WINSOCK_ATOMIC_STEP(prefix##Increment##suffix, __atomic_add_fetch, 1)                    \
    WINSOCK_ATOMIC_STEP(prefix##Decrement##suffix, __atomic_sub_fetch, 1)                    \
    WINSOCK_ATOMIC(prefix##Exchange##suffix, __atomic_exchange_n)                            \
    WINSOCK_ATOMIC(prefix##ExchangeAdd##suffix, __atomic_fetch_add)                          \
    WINSOCK_ATOMIC(prefix##Add##suffix, __atomic_add_fetch)                                  \
    WINSOCK_ATOMIC(prefix##And##suffix, __atomic_fetch_and)                                  \
    WINSOCK_ATOMIC(prefix##Or##suffix, __atomic_fetch_or)                                    \
    WINSOCK_ATOMIC(prefix##Xor##suffix, __atomic_fetch_xor)                                  \
    template <class T, class V, class C>                                                     \
    inline T prefix##CompareExchange##suffix(T volatile *target, V value, C comparand) {     \
        T expected = (T)comparand;                                                           \
        __atomic_compare_exchange_n(target, &expected, (T)value, 0, __ATOMIC_SEQ_CST,        \
                                    __ATOMIC_SEQ_CST);                                       \
        return expected;                                                                     \
    }
#define WINSOCK_ATOMICS_OF(prefix, width)      \
    WINSOCK_ATOMICS(prefix, width)             \
    WINSOCK_ATOMICS(prefix, width##Acquire)    \
    WINSOCK_ATOMICS(prefix, width##Release)    \
    WINSOCK_ATOMICS(prefix, width##NoFence)
WINSOCK_ATOMICS_OF(Interlocked, )
WINSOCK_ATOMICS_OF(Interlocked, 16)
WINSOCK_ATOMICS_OF(Interlocked, 64)
/* Most of Windows' names have the order before the width, And64Acquire and its like behind it. */
WINSOCK_ATOMICS(Interlocked, Acquire16)
WINSOCK_ATOMICS(Interlocked, Release16)
WINSOCK_ATOMICS(Interlocked, NoFence16)
WINSOCK_ATOMICS(Interlocked, Acquire64)
WINSOCK_ATOMICS(Interlocked, Release64)
WINSOCK_ATOMICS(Interlocked, NoFence64)
WINSOCK_ATOMICS(Interlocked, 8)
WINSOCK_ATOMICS(_Interlocked, )
WINSOCK_ATOMICS(_Interlocked, 8)
WINSOCK_ATOMICS(_Interlocked, 16)
WINSOCK_ATOMICS(_Interlocked, 64)
#undef WINSOCK_ATOMICS_OF
#undef WINSOCK_ATOMICS
#undef WINSOCK_ATOMIC
#undef WINSOCK_ATOMIC_STEP

#define WINSOCK_POINTERS(prefix, order)                                                       \
    inline PVOID prefix##ExchangePointer##order(PVOID volatile *target, PVOID value) {        \
        return __atomic_exchange_n(target, value, __ATOMIC_SEQ_CST);                          \
    }                                                                                         \
    inline PVOID prefix##CompareExchangePointer##order(PVOID volatile *target, PVOID value,   \
                                                       PVOID comparand) {                     \
        __atomic_compare_exchange_n(target, &comparand, value, 0, __ATOMIC_SEQ_CST,           \
                                    __ATOMIC_SEQ_CST);                                        \
        return comparand;                                                                     \
    }
WINSOCK_POINTERS(Interlocked, )
WINSOCK_POINTERS(Interlocked, Acquire)
WINSOCK_POINTERS(Interlocked, Release)
WINSOCK_POINTERS(Interlocked, NoFence)
#if !defined(__clang__) || !__has_builtin(_InterlockedExchangePointer)
WINSOCK_POINTERS(_Interlocked, )
#endif
#undef WINSOCK_POINTERS
}
#else
#define InterlockedIncrement(target) __atomic_add_fetch((target), 1, __ATOMIC_SEQ_CST)
#define InterlockedDecrement(target) __atomic_sub_fetch((target), 1, __ATOMIC_SEQ_CST)
#define InterlockedExchange(target, value) __atomic_exchange_n((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedExchangeAdd(target, value) __atomic_fetch_add((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedAnd(target, value) __atomic_fetch_and((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedOr(target, value) __atomic_fetch_or((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedXor(target, value) __atomic_fetch_xor((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedAdd(target, value) __atomic_add_fetch((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedCompareExchange(target, value, comparand)                                    \
    (__extension__({                                                                            \
        __typeof__((__typeof__(*(target)))0) winsock_expected = (comparand); /* not volatile */ \
        __atomic_compare_exchange_n((target), &winsock_expected, (value), 0, __ATOMIC_SEQ_CST,  \
                                    __ATOMIC_SEQ_CST);                                          \
        winsock_expected;                                                                       \
    }))
#define InterlockedIncrementAcquire InterlockedIncrement
#define InterlockedIncrementRelease InterlockedIncrement
#define InterlockedIncrementNoFence InterlockedIncrement
#define InterlockedIncrement16 InterlockedIncrement
#define InterlockedIncrement16Acquire InterlockedIncrement
#define InterlockedIncrementAcquire16 InterlockedIncrement
#define InterlockedIncrement16Release InterlockedIncrement
#define InterlockedIncrementRelease16 InterlockedIncrement
#define InterlockedIncrement16NoFence InterlockedIncrement
#define InterlockedIncrementNoFence16 InterlockedIncrement
#define InterlockedIncrement64 InterlockedIncrement
#define InterlockedIncrement64Acquire InterlockedIncrement
#define InterlockedIncrementAcquire64 InterlockedIncrement
#define InterlockedIncrement64Release InterlockedIncrement
#define InterlockedIncrementRelease64 InterlockedIncrement
#define InterlockedIncrement64NoFence InterlockedIncrement
#define InterlockedIncrementNoFence64 InterlockedIncrement
#define _InterlockedIncrement InterlockedIncrement
#define _InterlockedIncrement8 InterlockedIncrement
#define _InterlockedIncrement16 InterlockedIncrement
#define _InterlockedIncrement64 InterlockedIncrement
#define InterlockedDecrementAcquire InterlockedDecrement
#define InterlockedDecrementRelease InterlockedDecrement
#define InterlockedDecrementNoFence InterlockedDecrement
#define InterlockedDecrement16 InterlockedDecrement
#define InterlockedDecrement16Acquire InterlockedDecrement
#define InterlockedDecrementAcquire16 InterlockedDecrement
#define InterlockedDecrement16Release InterlockedDecrement
#define InterlockedDecrementRelease16 InterlockedDecrement
#define InterlockedDecrement16NoFence InterlockedDecrement
#define InterlockedDecrementNoFence16 InterlockedDecrement
#define InterlockedDecrement64 InterlockedDecrement
#define InterlockedDecrement64Acquire InterlockedDecrement
#define InterlockedDecrementAcquire64 InterlockedDecrement
#define InterlockedDecrement64Release InterlockedDecrement
#define InterlockedDecrementRelease64 InterlockedDecrement
#define InterlockedDecrement64NoFence InterlockedDecrement
#define InterlockedDecrementNoFence64 InterlockedDecrement
#define _InterlockedDecrement InterlockedDecrement
#define _InterlockedDecrement8 InterlockedDecrement
#define _InterlockedDecrement16 InterlockedDecrement
#define _InterlockedDecrement64 InterlockedDecrement
#define InterlockedExchangeAcquire InterlockedExchange
#define InterlockedExchangeRelease InterlockedExchange
#define InterlockedExchangeNoFence InterlockedExchange
#define InterlockedExchange16 InterlockedExchange
#define InterlockedExchange16Acquire InterlockedExchange
#define InterlockedExchangeAcquire16 InterlockedExchange
#define InterlockedExchange16Release InterlockedExchange
#define InterlockedExchangeRelease16 InterlockedExchange
#define InterlockedExchange16NoFence InterlockedExchange
#define InterlockedExchangeNoFence16 InterlockedExchange
#define InterlockedExchange64 InterlockedExchange
#define InterlockedExchange64Acquire InterlockedExchange
#define InterlockedExchangeAcquire64 InterlockedExchange
#define InterlockedExchange64Release InterlockedExchange
#define InterlockedExchangeRelease64 InterlockedExchange
#define InterlockedExchange64NoFence InterlockedExchange
#define InterlockedExchangeNoFence64 InterlockedExchange
#define _InterlockedExchange InterlockedExchange
#define _InterlockedExchange8 InterlockedExchange
#define _InterlockedExchange16 InterlockedExchange
#define _InterlockedExchange64 InterlockedExchange
#define InterlockedExchangeAddAcquire InterlockedExchangeAdd
#define InterlockedExchangeAddRelease InterlockedExchangeAdd
#define InterlockedExchangeAddNoFence InterlockedExchangeAdd
#define InterlockedExchangeAdd16 InterlockedExchangeAdd
#define InterlockedExchangeAdd16Acquire InterlockedExchangeAdd
#define InterlockedExchangeAddAcquire16 InterlockedExchangeAdd
#define InterlockedExchangeAdd16Release InterlockedExchangeAdd
#define InterlockedExchangeAddRelease16 InterlockedExchangeAdd
#define InterlockedExchangeAdd16NoFence InterlockedExchangeAdd
#define InterlockedExchangeAddNoFence16 InterlockedExchangeAdd
#define InterlockedExchangeAdd64 InterlockedExchangeAdd
#define InterlockedExchangeAdd64Acquire InterlockedExchangeAdd
#define InterlockedExchangeAddAcquire64 InterlockedExchangeAdd
#define InterlockedExchangeAdd64Release InterlockedExchangeAdd
#define InterlockedExchangeAddRelease64 InterlockedExchangeAdd
#define InterlockedExchangeAdd64NoFence InterlockedExchangeAdd
#define InterlockedExchangeAddNoFence64 InterlockedExchangeAdd
#define _InterlockedExchangeAdd InterlockedExchangeAdd
#define _InterlockedExchangeAdd8 InterlockedExchangeAdd
#define _InterlockedExchangeAdd16 InterlockedExchangeAdd
#define _InterlockedExchangeAdd64 InterlockedExchangeAdd
#define InterlockedAddAcquire InterlockedAdd
#define InterlockedAddRelease InterlockedAdd
#define InterlockedAddNoFence InterlockedAdd
#define InterlockedAdd16 InterlockedAdd
#define InterlockedAdd16Acquire InterlockedAdd
#define InterlockedAddAcquire16 InterlockedAdd
#define InterlockedAdd16Release InterlockedAdd
#define InterlockedAddRelease16 InterlockedAdd
#define InterlockedAdd16NoFence InterlockedAdd
#define InterlockedAddNoFence16 InterlockedAdd
#define InterlockedAdd64 InterlockedAdd
#define InterlockedAdd64Acquire InterlockedAdd
#define InterlockedAddAcquire64 InterlockedAdd
#define InterlockedAdd64Release InterlockedAdd
#define InterlockedAddRelease64 InterlockedAdd
#define InterlockedAdd64NoFence InterlockedAdd
#define InterlockedAddNoFence64 InterlockedAdd
#define _InterlockedAdd InterlockedAdd
#define _InterlockedAdd8 InterlockedAdd
#define _InterlockedAdd16 InterlockedAdd
#define _InterlockedAdd64 InterlockedAdd
#define InterlockedAndAcquire InterlockedAnd
#define InterlockedAndRelease InterlockedAnd
#define InterlockedAndNoFence InterlockedAnd
#define InterlockedAnd16 InterlockedAnd
#define InterlockedAnd16Acquire InterlockedAnd
#define InterlockedAndAcquire16 InterlockedAnd
#define InterlockedAnd16Release InterlockedAnd
#define InterlockedAndRelease16 InterlockedAnd
#define InterlockedAnd16NoFence InterlockedAnd
#define InterlockedAndNoFence16 InterlockedAnd
#define InterlockedAnd64 InterlockedAnd
#define InterlockedAnd64Acquire InterlockedAnd
#define InterlockedAndAcquire64 InterlockedAnd
#define InterlockedAnd64Release InterlockedAnd
#define InterlockedAndRelease64 InterlockedAnd
#define InterlockedAnd64NoFence InterlockedAnd
#define InterlockedAndNoFence64 InterlockedAnd
#define _InterlockedAnd InterlockedAnd
#define _InterlockedAnd8 InterlockedAnd
#define _InterlockedAnd16 InterlockedAnd
#define _InterlockedAnd64 InterlockedAnd
#define InterlockedOrAcquire InterlockedOr
#define InterlockedOrRelease InterlockedOr
#define InterlockedOrNoFence InterlockedOr
#define InterlockedOr16 InterlockedOr
#define InterlockedOr16Acquire InterlockedOr
#define InterlockedOrAcquire16 InterlockedOr
#define InterlockedOr16Release InterlockedOr
#define InterlockedOrRelease16 InterlockedOr
#define InterlockedOr16NoFence InterlockedOr
#define InterlockedOrNoFence16 InterlockedOr
#define InterlockedOr64 InterlockedOr
#define InterlockedOr64Acquire InterlockedOr
#define InterlockedOrAcquire64 InterlockedOr
#define InterlockedOr64Release InterlockedOr
#define InterlockedOrRelease64 InterlockedOr
#define InterlockedOr64NoFence InterlockedOr
#define InterlockedOrNoFence64 InterlockedOr
#define _InterlockedOr InterlockedOr
#define _InterlockedOr8 InterlockedOr
#define _InterlockedOr16 InterlockedOr
#define _InterlockedOr64 InterlockedOr
#define InterlockedXorAcquire InterlockedXor
#define InterlockedXorRelease InterlockedXor
#define InterlockedXorNoFence InterlockedXor
#define InterlockedXor16 InterlockedXor
#define InterlockedXor16Acquire InterlockedXor
#define InterlockedXorAcquire16 InterlockedXor
#define InterlockedXor16Release InterlockedXor
#define InterlockedXorRelease16 InterlockedXor
#define InterlockedXor16NoFence InterlockedXor
#define InterlockedXorNoFence16 InterlockedXor
#define InterlockedXor64 InterlockedXor
#define InterlockedXor64Acquire InterlockedXor
#define InterlockedXorAcquire64 InterlockedXor
#define InterlockedXor64Release InterlockedXor
#define InterlockedXorRelease64 InterlockedXor
#define InterlockedXor64NoFence InterlockedXor
#define InterlockedXorNoFence64 InterlockedXor
#define _InterlockedXor InterlockedXor
#define _InterlockedXor8 InterlockedXor
#define _InterlockedXor16 InterlockedXor
#define _InterlockedXor64 InterlockedXor
#define InterlockedCompareExchangeAcquire InterlockedCompareExchange
#define InterlockedCompareExchangeRelease InterlockedCompareExchange
#define InterlockedCompareExchangeNoFence InterlockedCompareExchange
#define InterlockedCompareExchange16 InterlockedCompareExchange
#define InterlockedCompareExchange16Acquire InterlockedCompareExchange
#define InterlockedCompareExchangeAcquire16 InterlockedCompareExchange
#define InterlockedCompareExchange16Release InterlockedCompareExchange
#define InterlockedCompareExchangeRelease16 InterlockedCompareExchange
#define InterlockedCompareExchange16NoFence InterlockedCompareExchange
#define InterlockedCompareExchangeNoFence16 InterlockedCompareExchange
#define InterlockedCompareExchange64 InterlockedCompareExchange
#define InterlockedCompareExchange64Acquire InterlockedCompareExchange
#define InterlockedCompareExchangeAcquire64 InterlockedCompareExchange
#define InterlockedCompareExchange64Release InterlockedCompareExchange
#define InterlockedCompareExchangeRelease64 InterlockedCompareExchange
#define InterlockedCompareExchange64NoFence InterlockedCompareExchange
#define InterlockedCompareExchangeNoFence64 InterlockedCompareExchange
#define _InterlockedCompareExchange InterlockedCompareExchange
#define _InterlockedCompareExchange8 InterlockedCompareExchange
#define _InterlockedCompareExchange16 InterlockedCompareExchange
#define _InterlockedCompareExchange64 InterlockedCompareExchange
#define InterlockedExchange8 InterlockedExchange
#define InterlockedExchangeAdd8 InterlockedExchangeAdd
#define InterlockedAnd8 InterlockedAnd
#define InterlockedOr8 InterlockedOr
#define InterlockedXor8 InterlockedXor
#define InterlockedCompareExchange8 InterlockedCompareExchange
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

/* 16 bytes, aligned to 16: true if they were what `expected` points to, which else becomes what they
   are. */
static inline BYTE winsock_compare_exchange_128(volatile void *target, LONG64 high, LONG64 low,
                                                void *expected) {
#if defined(__x86_64__)
    LONG64 *was = (LONG64 *)expected;
    BYTE equal;
    __asm__ __volatile__("lock cmpxchg16b %1"
                         : "=@ccz"(equal), "+m"(*(volatile __int128 *)target), "+a"(was[0]), "+d"(was[1])
                         : "b"(low), "c"(high)
                         : "memory");
    return equal;
#else
    unsigned __int128 value = (unsigned __int128)(ULONG64)high << 64 | (ULONG64)low;
    return __atomic_compare_exchange_n((volatile unsigned __int128 *)target,
                                       (unsigned __int128 *)expected, value, 0, __ATOMIC_SEQ_CST,
                                       __ATOMIC_SEQ_CST);
#endif
}
#define InterlockedCompareExchange128(target, high, low, expected) \
    winsock_compare_exchange_128((target), (LONG64)(high), (LONG64)(low), (expected))
#define _InterlockedCompareExchange128 InterlockedCompareExchange128

/* One bit, and what it was. */
static inline BOOLEAN InterlockedBitTestAndSet(LONG volatile *base, LONG bit) {
    return (__atomic_fetch_or(base, 1 << (bit & 31), __ATOMIC_SEQ_CST) >> (bit & 31)) & 1;
}
static inline BOOLEAN InterlockedBitTestAndReset(LONG volatile *base, LONG bit) {
    return (__atomic_fetch_and(base, ~(1 << (bit & 31)), __ATOMIC_SEQ_CST) >> (bit & 31)) & 1;
}
static inline BOOLEAN InterlockedBitTestAndComplement(LONG volatile *base, LONG bit) {
    return (__atomic_fetch_xor(base, 1 << (bit & 31), __ATOMIC_SEQ_CST) >> (bit & 31)) & 1;
}
static inline BOOLEAN InterlockedBitTestAndSet64(LONG64 volatile *base, LONG64 bit) {
    return (__atomic_fetch_or(base, (LONG64)1 << (bit & 63), __ATOMIC_SEQ_CST) >> (bit & 63)) & 1;
}
static inline BOOLEAN InterlockedBitTestAndReset64(LONG64 volatile *base, LONG64 bit) {
    return (__atomic_fetch_and(base, ~((LONG64)1 << (bit & 63)), __ATOMIC_SEQ_CST) >> (bit & 63)) & 1;
}

#if defined(__x86_64__)
#include <xmmintrin.h> /* winnt.h declares _mm_pause and _mm_prefetch */
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
