// Locks that std::lock_guard can hold.
#pragma once

#include "platform.h"

class SrwLock {
public:
    SrwLock() = default;
    SrwLock(const SrwLock &) = delete;
    SrwLock &operator=(const SrwLock &) = delete;

    void lock() { AcquireSRWLockExclusive(&lock_); }
    void unlock() { ReleaseSRWLockExclusive(&lock_); }

    // Waits for the variable with the lock released; false when the time is over.
    bool WaitFor(CONDITION_VARIABLE &variable, DWORD timeout_ms) {
        return SleepConditionVariableSRW(&variable, &lock_, timeout_ms, 0) != FALSE;
    }

private:
    SRWLOCK lock_ = SRWLOCK_INIT;
};
