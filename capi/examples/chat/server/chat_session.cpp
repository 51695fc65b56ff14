#include "chat_session.h"

#include "../core/network.h"

#include <cstdio>
#include <mutex>

Chat::Chat(Service &service, LONG sessions_max)
    : service_(service), sessions_max_(sessions_max),
      done_(CreateEvent(nullptr, TRUE, FALSE, nullptr)) {
    if (done_ == nullptr) Fail("CreateEvent");
}

ULONG Chat::TakeName(const std::string &name) {
    std::lock_guard<SrwLock> guard(lock_);
    return names_.insert(name).second ? ++last_number_ : 0;
}

RoomRef Chat::FindRoom(const std::string &name) {
    std::lock_guard<SrwLock> guard(lock_);
    RoomRef &room = rooms_[name];
    if (!room) room = std::make_shared<Room>(service_.ThePort(), service_.Timer(), name);
    return room;
}

void Chat::FreeName(const std::string &name) {
    std::lock_guard<SrwLock> guard(lock_);
    names_.erase(name);
}

void Chat::CountLeft() {
    if (InterlockedIncrement(&sessions_left_) == sessions_max_) End();
}

void Chat::Report() const {
    std::printf("served %ld sessions, %ld packets\n", static_cast<long>(sessions_left_),
                static_cast<long>(packets_));
}

void ChatSession::OnPacket(USHORT id, const BYTE *body, size_t count) {
    PacketReader reader(body, count);
    chat_.Count(1);
    if (!Handle(static_cast<PacketId>(id), reader)) {
        OnNonsense();
        Disconnect();
    }
}

void ChatSession::OnNonsense() {
    std::printf("%s talks nonsense\n", WhoText());
}

void ChatSession::OnDisconnected() {
    if (!name_.empty()) chat_.FreeName(name_);
    std::printf("%s is gone\n", WhoText());
    if (!room_) {
        chat_.CountLeft();
        return;
    }
    room_->Push([room = room_, &chat = chat_, member = name_] {
        room->Leave(member);
        chat.CountLeft();
    });
    room_ = nullptr;
}

// Whether the packet makes sense, here and now.
bool ChatSession::Handle(PacketId id, PacketReader &reader) {
    if (id == PacketId::Login) return Login(reader);
    if (name_.empty()) return false;
    switch (id) {
    case PacketId::Enter:
        return Enter(reader);
    case PacketId::Say:
        return Say(reader);
    case PacketId::Remind:
        return Remind(reader);
    case PacketId::Leave:
        return Leave();
    default:
        return false;
    }
}

bool ChatSession::Login(PacketReader &reader) {
    std::string name;
    reader >> name;
    if (!reader.IsGood() || name.empty() || !name_.empty()) return false;
    ULONG number = chat_.TakeName(name);
    if (number == 0) {
        std::printf("%s is here already\n", name.c_str());
        Send((PacketWriter(PacketId::Refused) << std::string("the name is taken")).Finish());
        return true;
    }
    name_ = name;
    std::printf("%s is number %lu\n", name_.c_str(), static_cast<unsigned long>(number));
    Send((PacketWriter(PacketId::Welcome) << number).Finish());
    return true;
}

// A job keeps the session alive by the reference that it has caught.
bool ChatSession::Enter(PacketReader &reader) {
    std::string name;
    reader >> name;
    if (!reader.IsGood() || name.empty()) return false;
    LeaveRoom();
    room_ = chat_.FindRoom(name);
    auto self = std::static_pointer_cast<Session>(shared_from_this());
    room_->Push([room = room_, self, member = name_] { room->Enter(member, self); });
    return true;
}

bool ChatSession::Say(PacketReader &reader) {
    std::string text;
    reader >> text;
    if (!reader.IsGood() || !room_) return false;
    room_->Push([room = room_, member = name_, text] { room->Say(member, text); });
    return true;
}

bool ChatSession::Remind(PacketReader &reader) {
    ULONG delay_ms = 0;
    std::string text;
    reader >> delay_ms >> text;
    if (!reader.IsGood() || !room_) return false;
    auto self = std::static_pointer_cast<Session>(shared_from_this());
    room_->PushAfter(delay_ms, [self, text] {
        self->Send((PacketWriter(PacketId::Reminder) << text).Finish());
    });
    return true;
}

bool ChatSession::Leave() {
    if (!room_) return false;
    LeaveRoom();
    Send((PacketWriter(PacketId::Left) << name_).Finish());
    return true;
}

void ChatSession::LeaveRoom() {
    if (!room_) return;
    room_->Push([room = room_, member = name_] { room->Leave(member); });
    room_ = nullptr;
}
