// Takes clients: some accepts are always under way, each with the session that it is for.
#pragma once

#include "session.h"

#include <functional>

class Listener : public PortObject {
public:
    using Factory = std::function<SessionRef()>;

    Listener(Port &port, Factory factory);
    ~Listener() override;

    // Listens at 127.0.0.1; the port, which is a free one if 0 was asked for.
    USHORT Start(USHORT port_number);
    void Close();

    void OnCompletion(Event &event, DWORD bytes, DWORD error) override;

private:
    static constexpr int Accepts = 4;
    static constexpr DWORD AddressBytes = sizeof(SOCKADDR_IN) + 16; // AcceptEx wants 16 more

    struct Acceptance : Event {
        Acceptance() : Event(EventKind::Accept) {}
        SessionRef session;
        BYTE addresses[2 * AddressBytes];
    };

    void BeginAccept(Acceptance &acceptance);

    Factory factory_;
    SOCKET socket_;
    std::atomic<bool> is_closed_{false};
    Acceptance acceptances_[Accepts];
};
