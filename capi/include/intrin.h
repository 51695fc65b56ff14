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
