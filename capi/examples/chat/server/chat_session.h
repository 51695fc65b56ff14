// A client of the chat, from its connection to its end.
#pragma once

#include "../core/service.h"
#include "../protocol.h"
#include "room.h"

#include <map>
#include <set>
#include <string>

// What all sessions share.
class Chat {
public:
    Chat(Service &service, LONG sessions_max);
    ~Chat() { CloseHandle(done_); }

    Service &TheService() { return service_; }
    // Becomes signalled when as many sessions as were expected have gone, or at End.
    HANDLE Done() const { return done_; }
    void End() { SetEvent(done_); }

    // The number of the new member, or 0: the name is taken.
    ULONG TakeName(const std::string &name);
    RoomRef FindRoom(const std::string &name);
    void Count(ULONG packets) { InterlockedExchangeAdd(&packets_, static_cast<LONG>(packets)); }
    void FreeName(const std::string &name);
    // A session has ended, and left its room.
    void CountLeft();
    void Report() const;

private:
    Service &service_;
    const LONG sessions_max_;
    HANDLE done_;
    volatile LONG sessions_left_ = 0;
    volatile LONG packets_ = 0;
    SrwLock lock_; // guards the rest
    std::set<std::string> names_;
    std::map<std::string, RoomRef> rooms_;
    ULONG last_number_ = 0;
};

class ChatSession : public PacketSession {
public:
    explicit ChatSession(Chat &chat) : PacketSession(chat.TheService().ThePort()), chat_(chat) {}

protected:
    void OnPacket(USHORT id, const BYTE *body, size_t count) override;
    void OnNonsense() override;
    void OnDisconnected() override;

private:
    bool Handle(PacketId id, PacketReader &reader);
    bool Login(PacketReader &reader);
    bool Enter(PacketReader &reader);
    bool Say(PacketReader &reader);
    bool Remind(PacketReader &reader);
    bool Leave();
    void LeaveRoom();
    const char *WhoText() const { return name_.empty() ? "somebody" : name_.c_str(); }

    Chat &chat_;
    std::string name_; // empty before Login
    RoomRef room_;     // null outside of rooms
};
