#include "port.h"

#include "network.h"

Port::Port() : handle_(CreateIoCompletionPort(INVALID_HANDLE_VALUE, nullptr, 0, 0)) {
    if (handle_ == nullptr) Fail("CreateIoCompletionPort");
}

Port::~Port() {
    CloseHandle(handle_);
}

// The key is not needed: the event knows whose it is.
void Port::Register(SOCKET socket) {
    if (CreateIoCompletionPort(reinterpret_cast<HANDLE>(socket), handle_, 0, 0) == nullptr)
        Fail("CreateIoCompletionPort");
}

void Port::Dispatch(DWORD timeout_ms) {
    DWORD bytes = 0;
    ULONG_PTR key = 0;
    OVERLAPPED *overlapped = nullptr;
    BOOL good = GetQueuedCompletionStatus(handle_, &bytes, &key, &overlapped, timeout_ms);
    DWORD error = good ? ERROR_SUCCESS : GetLastError();
    if (overlapped == nullptr) return;
    Event &event = *static_cast<Event *>(overlapped);
    PortObjectRef owner = std::move(event.owner);
    owner->OnCompletion(event, bytes, error);
}

void Port::Post(Event &event) {
    if (!PostQueuedCompletionStatus(handle_, 0, 0, &event)) Fail("PostQueuedCompletionStatus");
}

void Port::Wake() {
    if (!PostQueuedCompletionStatus(handle_, 0, 0, nullptr)) Fail("PostQueuedCompletionStatus");
}
