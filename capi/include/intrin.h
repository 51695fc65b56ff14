/* The compiler's own functions. */
#ifndef __INTRIN_H_
#define __INTRIN_H_

#include <minwindef.h>
#include <interlockedapi.h>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

#define _ReadBarrier() __asm__ __volatile__("" : : : "memory")
#define _WriteBarrier() __asm__ __volatile__("" : : : "memory")
#define _ReadWriteBarrier() __asm__ __volatile__("" : : : "memory")
#define _ReturnAddress() __builtin_return_address(0)
#define _AddressOfReturnAddress() __builtin_frame_address(0)
#define __nop() __asm__ __volatile__("nop")

#ifdef __clang__ /* which has them built in, for another `long` */
#define _BitScanForward winsock_bit_scan_forward
#define _BitScanReverse winsock_bit_scan_reverse
#define _BitScanForward64 winsock_bit_scan_forward64
#define _BitScanReverse64 winsock_bit_scan_reverse64
#endif
/* The number of the lowest or highest bit that is set; 0 if none is. */
static inline unsigned char _BitScanForward(DWORD *index, DWORD mask) {
    *index = mask ? (DWORD)__builtin_ctz(mask) : *index;
    return mask != 0;
}
static inline unsigned char _BitScanReverse(DWORD *index, DWORD mask) {
    *index = mask ? 31 - (DWORD)__builtin_clz(mask) : *index;
    return mask != 0;
}
static inline unsigned char _BitScanForward64(DWORD *index, unsigned long long mask) {
    *index = mask ? (DWORD)__builtin_ctzll(mask) : *index;
    return mask != 0;
}
static inline unsigned char _BitScanReverse64(DWORD *index, unsigned long long mask) {
    *index = mask ? 63 - (DWORD)__builtin_clzll(mask) : *index;
    return mask != 0;
}
/* Products of twice the width, shifts of pairs, and bits that are counted. */
#if defined(__SIZEOF_INT128__)
static inline unsigned long long winsock_umul128(unsigned long long a, unsigned long long b,
                                                 unsigned long long *high) {
    unsigned __int128 product = (unsigned __int128)a * b;
    *high = (unsigned long long)(product >> 64);
    return (unsigned long long)product;
}
static inline long long winsock_mul128(long long a, long long b, long long *high) {
    __int128 product = (__int128)a * b;
    *high = (long long)(product >> 64);
    return (long long)product;
}
#define _umul128 winsock_umul128
#define _mul128 winsock_mul128
static inline unsigned long long __umulh(unsigned long long a, unsigned long long b) {
    return (unsigned long long)(((unsigned __int128)a * b) >> 64);
}
static inline long long __mulh(long long a, long long b) {
    return (long long)(((__int128)a * b) >> 64);
}
static inline unsigned long long __shiftleft128(unsigned long long low, unsigned long long high,
                                                unsigned char by) {
    by &= 63;
    return by ? high << by | low >> (64 - by) : high;
}
static inline unsigned long long __shiftright128(unsigned long long low, unsigned long long high,
                                                 unsigned char by) {
    by &= 63;
    return by ? low >> by | high << (64 - by) : low;
}
#endif
#define __popcnt16(value) ((unsigned short)__builtin_popcount((unsigned short)(value)))
#define __popcnt(value) ((unsigned)__builtin_popcount((unsigned)(value)))
#define __popcnt64(value) ((unsigned long long)__builtin_popcountll((unsigned long long)(value)))
#define __faststorefence() __atomic_thread_fence(__ATOMIC_SEQ_CST)

#ifdef __cplusplus
extern "C++" {
inline unsigned char _BitScanForward(unsigned long *index, DWORD mask) {
    if (mask)
        *index = (unsigned long)__builtin_ctz(mask);
    return mask != 0;
}
inline unsigned char _BitScanReverse(unsigned long *index, DWORD mask) {
    if (mask)
        *index = 31 - (unsigned long)__builtin_clz(mask);
    return mask != 0;
}
inline unsigned char _BitScanForward64(unsigned long *index, unsigned long long mask) {
    if (mask)
        *index = (unsigned long)__builtin_ctzll(mask);
    return mask != 0;
}
inline unsigned char _BitScanReverse64(unsigned long *index, unsigned long long mask) {
    if (mask)
        *index = 63 - (unsigned long)__builtin_clzll(mask);
    return mask != 0;
}
}
#endif

#endif
