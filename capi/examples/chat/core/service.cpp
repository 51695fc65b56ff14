#include "service.h"

#include "network.h"

#include <process.h>

#include <algorithm>

void Service::Start() {
    SYSTEM_INFO system;
    GetSystemInfo(&system);
    DWORD count = std::min<DWORD>(2 * system.dwNumberOfProcessors, MAXIMUM_WAIT_OBJECTS);
    for (DWORD at = 0; at < count; at++) {
        auto thread = reinterpret_cast<HANDLE>(_beginthreadex(nullptr, 0, Work, this, 0, nullptr));
        if (thread == nullptr) Fail("_beginthreadex");
        workers_.push_back(thread);
    }
}

void Service::Stop() {
    if (workers_.empty()) return;
    is_stopping_ = true;
    for (size_t at = 0; at < workers_.size(); at++) port_.Wake();
    WaitForMultipleObjects(static_cast<DWORD>(workers_.size()), workers_.data(), TRUE, INFINITE);
    for (HANDLE worker : workers_) CloseHandle(worker);
    workers_.clear();
}

unsigned __stdcall Service::Work(void *service) {
    auto self = static_cast<Service *>(service);
    while (!self->is_stopping_) self->port_.Dispatch(self->timer_.Distribute());
    return 0;
}
