// One client of the chat, for a script: it sends what it is told, and keeps what comes until asked.
#pragma once

#include "../core/session.h"
#include "../protocol.h"

#include <deque>
#include <string>

class Actor : public PacketSession {
public:
    Actor(Port &port, std::string name) : PacketSession(port), name_(std::move(name)) {}

    const std::string &Name() const { return name_; }

    // The next thing that the server says, in words. Ends the program if nothing comes.
    std::string Next();
    // Prints it.
    void Hear();

    void Tell(PacketWriter &&packet) { Send(packet.Finish()); }
    void Tell(PacketWriter &packet) { Send(packet.Finish()); }

protected:
    void OnConnected() override { Keep("is connected"); }
    void OnPacket(USHORT id, const BYTE *body, size_t count) override;
    void OnDisconnected() override { Keep("is disconnected"); }

private:
    void Keep(std::string news);

    static constexpr DWORD PatienceMs = 10 * 1000;

    const std::string name_;
    SrwLock lock_; // guards the rest
    CONDITION_VARIABLE has_news_ = CONDITION_VARIABLE_INIT;
    std::deque<std::string> news_;
};

using ActorRef = std::shared_ptr<Actor>;
