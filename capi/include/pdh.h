/* Counters of performance, by their English names: of processors, processes, memory, interfaces, TCP. */
#ifndef _PDH_H_
#define _PDH_H_

#include <minwindef.h>
#include <pdhmsg.h>
#include <winnt.h>

typedef LONG PDH_STATUS;
typedef HANDLE PDH_HQUERY, HQUERY;
typedef HANDLE PDH_HCOUNTER, HCOUNTER;

#define PDH_FMT_LONG 0x100
#define PDH_FMT_DOUBLE 0x200
#define PDH_FMT_LARGE 0x400
#define PDH_FMT_NOSCALE 0x1000
#define PDH_FMT_1000 0x2000
#define PDH_FMT_NOCAP100 0x8000
#define PDH_MAX_COUNTER_PATH 2048

typedef struct _PDH_FMT_COUNTERVALUE {
    DWORD CStatus;
    union {
        LONG longValue;
        double doubleValue;
        LONGLONG largeValue;
        LPCSTR AnsiStringValue;
        LPCWSTR WideStringValue;
    };
} PDH_FMT_COUNTERVALUE, *PPDH_FMT_COUNTERVALUE;

#ifdef __cplusplus
extern "C" {
#endif

PDH_STATUS WINAPI PdhOpenQueryA(LPCSTR szDataSource, DWORD_PTR dwUserData, PDH_HQUERY *phQuery);
PDH_STATUS WINAPI PdhOpenQueryW(LPCWSTR szDataSource, DWORD_PTR dwUserData, PDH_HQUERY *phQuery);
PDH_STATUS WINAPI PdhAddCounterA(PDH_HQUERY hQuery, LPCSTR szFullCounterPath, DWORD_PTR dwUserData,
                                 PDH_HCOUNTER *phCounter);
PDH_STATUS WINAPI PdhAddCounterW(PDH_HQUERY hQuery, LPCWSTR szFullCounterPath,
                                 DWORD_PTR dwUserData, PDH_HCOUNTER *phCounter);
PDH_STATUS WINAPI PdhAddEnglishCounterA(PDH_HQUERY hQuery, LPCSTR szFullCounterPath,
                                        DWORD_PTR dwUserData, PDH_HCOUNTER *phCounter);
PDH_STATUS WINAPI PdhAddEnglishCounterW(PDH_HQUERY hQuery, LPCWSTR szFullCounterPath,
                                        DWORD_PTR dwUserData, PDH_HCOUNTER *phCounter);
PDH_STATUS WINAPI PdhValidatePathA(LPCSTR szFullPathBuffer);
PDH_STATUS WINAPI PdhValidatePathW(LPCWSTR szFullPathBuffer);
PDH_STATUS WINAPI PdhRemoveCounter(PDH_HCOUNTER hCounter);
PDH_STATUS WINAPI PdhCollectQueryData(PDH_HQUERY hQuery);
PDH_STATUS WINAPI PdhGetFormattedCounterValue(PDH_HCOUNTER hCounter, DWORD dwFormat,
                                              LPDWORD lpdwType, PPDH_FMT_COUNTERVALUE pValue);
PDH_STATUS WINAPI PdhCloseQuery(PDH_HQUERY hQuery);

#ifdef __cplusplus
}
#endif

#ifdef UNICODE
#define PdhOpenQuery PdhOpenQueryW
#define PdhAddCounter PdhAddCounterW
#define PdhAddEnglishCounter PdhAddEnglishCounterW
#define PdhValidatePath PdhValidatePathW
#else
#define PdhOpenQuery PdhOpenQueryA
#define PdhAddCounter PdhAddCounterA
#define PdhAddEnglishCounter PdhAddEnglishCounterA
#define PdhValidatePath PdhValidatePathA
#endif

#endif
