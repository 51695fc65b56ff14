/* Counters of performance: what monitors of servers ask for. */
#include <windows.h>
#include <pdh.h>
#include <pdhmsg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "check.h"

static PDH_HQUERY query;

static PDH_HCOUNTER added(LPCTSTR path) {
    PDH_HCOUNTER counter = NULL;
    CHECK(PdhAddEnglishCounter(query, path, 0, &counter) == ERROR_SUCCESS && counter != NULL);
    return counter;
}

int main(void) {
    PDH_FMT_COUNTERVALUE value;
    PDH_HCOUNTER none = NULL;
    DWORD type;
    CHECK(sizeof value == 16);
    CHECK(PdhOpenQuery(NULL, 0, &query) == ERROR_SUCCESS);
    CHECK(PdhCollectQueryData(query) == (PDH_STATUS)PDH_NO_DATA);
    PDH_HCOUNTER busy = added(TEXT("\\Processor(_Total)\\% Processor Time"));
#ifndef __MINGW32__ /* Wine has next to none */
    TCHAR own[MAX_PATH], path[MAX_PATH * 2];
    GetModuleFileName(NULL, own, MAX_PATH);
    LPTSTR name = own + lstrlen(own);
    while (name > own && name[-1] != TEXT('\\'))
        name--;
    name[lstrlen(name) - 4] = 0; /* .exe */
    wsprintf(path, TEXT("\\Process(%s)\\%% Processor Time"), name);
    PDH_HCOUNTER mine = added(path);
    wsprintf(path, TEXT("\\Process(%s)\\Private Bytes"), name);
    PDH_HCOUNTER bytes = added(path);
    wsprintf(path, TEXT("\\Process(%s)\\ID Process"), name);
    PDH_HCOUNTER number = added(path);
    PDH_HCOUNTER available = added(TEXT("\\Memory\\Available MBytes"));
    PDH_HCOUNTER kernel = added(TEXT("\\memory\\pool nonpaged bytes"));
    PDH_HCOUNTER received = added(TEXT("\\Network Interface(lo)\\Bytes Received/sec"));
    PDH_HCOUNTER again = added(TEXT("\\TCPv4\\Segments Retransmitted/sec"));
    PDH_HCOUNTER gone = added(TEXT("\\Process(there is no such process)\\Working Set"));
    CHECK(PdhAddCounter(query, TEXT("\\Processor(_Total)\\% Such Time"), 0, &none) ==
          (PDH_STATUS)PDH_CSTATUS_NO_COUNTER);
    CHECK(PdhAddCounter(query, TEXT("\\No Such Object\\Value"), 0, &none) ==
          (PDH_STATUS)PDH_CSTATUS_NO_OBJECT);
    CHECK(PdhAddCounter(query, TEXT("\\Processor(9999)\\% Processor Time"), 0, &none) ==
          (PDH_STATUS)PDH_CSTATUS_NO_INSTANCE);
    CHECK(PdhAddCounter(query, TEXT("\\\\no such machine\\Memory\\Available MBytes"), 0, &none) ==
          (PDH_STATUS)PDH_CSTATUS_NO_MACHINE);
    CHECK(PdhAddCounter(query, TEXT("no path"), 0, &none) == (PDH_STATUS)PDH_INVALID_PATH);
    CHECK(PdhValidatePath(TEXT("\\System\\Processes")) == ERROR_SUCCESS);
#endif
    CHECK(PdhCollectQueryData(query) == ERROR_SUCCESS);
    memset(&value, 0xCC, sizeof value); /* a rate needs two looks */
    if (!is_wine()) { /* which has a value already */
        CHECK(PdhGetFormattedCounterValue(busy, PDH_FMT_DOUBLE, &type, &value) ==
              (PDH_STATUS)PDH_INVALID_DATA);
        CHECK(value.CStatus == PDH_CSTATUS_INVALID_DATA);
    }
    clock_t begun = clock();
    volatile unsigned work = 0;
    while (clock() - begun < CLOCKS_PER_SEC / 10) /* of processor time, which is to be seen */
        work++;
    CHECK(PdhCollectQueryData(query) == ERROR_SUCCESS);
    memset(&value, 0xCC, sizeof value);
    CHECK(PdhGetFormattedCounterValue(busy, PDH_FMT_DOUBLE, &type, &value) == ERROR_SUCCESS &&
          value.CStatus == PDH_CSTATUS_VALID_DATA && value.doubleValue >= 0 &&
          value.doubleValue <= 100);
#ifndef __MINGW32__
    CHECK(PdhGetFormattedCounterValue(mine, PDH_FMT_DOUBLE, NULL, &value) == ERROR_SUCCESS &&
          value.doubleValue > 0 && value.doubleValue <= 100);
    CHECK(PdhGetFormattedCounterValue(number, PDH_FMT_LONG, NULL, &value) == ERROR_SUCCESS &&
          value.longValue == (LONG)GetCurrentProcessId());
    CHECK(PdhGetFormattedCounterValue(bytes, PDH_FMT_LARGE, NULL, &value) == ERROR_SUCCESS &&
          value.largeValue > 1000);
    CHECK(PdhGetFormattedCounterValue(available, PDH_FMT_LONG, NULL, &value) == ERROR_SUCCESS &&
          value.longValue > 0);
    CHECK(PdhGetFormattedCounterValue(kernel, PDH_FMT_DOUBLE, NULL, &value) == ERROR_SUCCESS &&
          value.doubleValue > 0);
    CHECK(PdhGetFormattedCounterValue(received, PDH_FMT_DOUBLE, NULL, &value) == ERROR_SUCCESS &&
          value.doubleValue >= 0);
    CHECK(PdhGetFormattedCounterValue(again, PDH_FMT_LONG, NULL, &value) == ERROR_SUCCESS);
    CHECK(PdhGetFormattedCounterValue(gone, PDH_FMT_LONG, NULL, &value) ==
          (PDH_STATUS)PDH_INVALID_DATA);
    CHECK(PdhGetFormattedCounterValue(busy, 0, NULL, &value) == (PDH_STATUS)PDH_INVALID_ARGUMENT);
    CHECK(PdhRemoveCounter(gone) == ERROR_SUCCESS);
    CHECK(PdhRemoveCounter(gone) == (PDH_STATUS)PDH_INVALID_HANDLE);
#endif
    CHECK(PdhCloseQuery(query) == ERROR_SUCCESS);
    CHECK(PdhCollectQueryData(query) == (PDH_STATUS)PDH_INVALID_HANDLE);
    printf("%d wrong\n", wrong);
    return wrong;
}
