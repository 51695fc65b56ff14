// The HANDLE of a thread of the C++ library.
#ifndef WINSOCK_THREAD_HANDLE_HPP
#define WINSOCK_THREAD_HANDLE_HPP

#include <map>
#include <mutex>
#include <pthread.h>
#include <time.h>
#include <utility>
#include <synchapi.h>
#include <processthreadsapi.h>

extern "C++" {
namespace winsock {

// One handle for each thread, made when it is first asked for. A thread that has ended has one that
// is signalled. The number of a thread is in the number of its clock.
inline void *handle_of(pthread_t thread) {
    static std::mutex mutex;
    static std::map<pthread_t, std::pair<DWORD, HANDLE> > known;
    clockid_t clock = 0;
    if (thread == 0)
        return nullptr;
    const DWORD number = pthread_getcpuclockid(thread, &clock) == 0 ? ~(unsigned)clock >> 3 : 0;
    std::lock_guard<std::mutex> guard(mutex);
    std::pair<DWORD, HANDLE> &entry = known[thread];
    if (entry.second == nullptr || (number != 0 && entry.first != number)) {
        entry.first = number;
        entry.second = number != 0 ? OpenThread(THREAD_ALL_ACCESS, FALSE, number)
                                   : CreateEventA(nullptr, TRUE, TRUE, nullptr);
    }
    return entry.second;
}

} // namespace winsock
}

#endif
