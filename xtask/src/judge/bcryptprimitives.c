/* bcryptprimitives.dll for Wine versions without one: Rust's standard library takes its random
 * numbers from ProcessPrng, which SystemFunction036 (RtlGenRandom) stands in for. */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID to, ULONG bytes);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE to, SIZE_T bytes) {
    return SystemFunction036(to, (ULONG)bytes);
}
