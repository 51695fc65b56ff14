// The completion port, and what it carries.
//
//     an object begins an operation ─▶ its Event, an OVERLAPPED that keeps the object alive
//                                         └─▶ port ─▶ Dispatch ─▶ OnCompletion of the object
#pragma once

#include "platform.h"

#include <memory>

struct Event;

// Whatever has operations: sessions, listeners, job queues. Always held by a shared_ptr.
class PortObject : public std::enable_shared_from_this<PortObject> {
public:
    virtual ~PortObject() = default;
    virtual void OnCompletion(Event &event, DWORD bytes, DWORD error) = 0;
};

using PortObjectRef = std::shared_ptr<PortObject>;

enum class EventKind { Accept, Connect, Receive, Send, Jobs };

struct Event : OVERLAPPED {
    explicit Event(EventKind what) : OVERLAPPED{}, kind(what) {}

    // To be called before each operation. The owner lives until the operation has ended.
    void Arm(PortObjectRef object) {
        *static_cast<OVERLAPPED *>(this) = OVERLAPPED{};
        owner = std::move(object);
    }
    // For an operation that was refused: no packet will come.
    void Disarm() { owner = nullptr; }

    const EventKind kind;
    PortObjectRef owner;
};

class Port {
public:
    Port();
    ~Port();
    Port(const Port &) = delete;
    Port &operator=(const Port &) = delete;

    void Register(SOCKET socket);
    // Waits for one packet and handles it. Returns also when the time is over, or after Wake.
    void Dispatch(DWORD timeout_ms);
    // Queues a packet that no operation stands behind.
    void Post(Event &event);
    // Lets one worker return from Dispatch.
    void Wake();

private:
    HANDLE handle_;
};
