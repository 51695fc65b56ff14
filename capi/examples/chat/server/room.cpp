#include "room.h"

#include "../protocol.h"

#include <cstdio>

void Room::Enter(const std::string &member, SessionRef session) {
    std::string others;
    for (const auto &other : members_) others += (others.empty() ? "" : ", ") + other.first;
    std::printf("%s enters %s\n", member.c_str(), name_.c_str());
    Broadcast((PacketWriter(PacketId::Joined) << member).Finish());
    session->Send((PacketWriter(PacketId::Entered) << name_ << others).Finish());
    members_.emplace(member, std::move(session));
}

void Room::Leave(const std::string &member) {
    std::printf("%s leaves %s\n", member.c_str(), name_.c_str());
    members_.erase(member);
    Broadcast((PacketWriter(PacketId::Left) << member).Finish());
}

void Room::Say(const std::string &member, const std::string &text) {
    Broadcast((PacketWriter(PacketId::Said) << member << text).Finish());
}

// One buffer for all: the sessions share it.
void Room::Broadcast(const SendBuffer &buffer) {
    for (const auto &member : members_) member.second->Send(buffer);
}
