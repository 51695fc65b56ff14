// What client and server say to each other. Numbers are little-endian, as both machines have them;
// texts are UTF-8 behind their length.
//
//     Login name                ─▶  Welcome number | Refused why
//     Enter room                ─▶  Entered room, who is there    and Joined name to the others
//     Say text                  ─▶                                Said name, text to all in the room
//     Remind delay_ms, text     ─▶  Reminder text, after a while
//     Leave                     ─▶  Left own name                 and Left name to the others
#pragma once

#include "core/session.h"

#include <cstring>
#include <string>
#include <type_traits>

enum class PacketId : USHORT {
    Login = 1,
    Enter,
    Say,
    Remind,
    Leave,
    Welcome = 101,
    Refused,
    Entered,
    Joined,
    Said,
    Reminder,
    Left,
};

class PacketWriter {
public:
    explicit PacketWriter(PacketId id) : bytes_(sizeof(PacketHeader)) {
        header_.id = static_cast<USHORT>(id);
    }

    PacketWriter &operator<<(ULONG number) { return Append(&number, sizeof number); }
    PacketWriter &operator<<(const std::string &text) {
        USHORT length = static_cast<USHORT>(text.size());
        return Append(&length, sizeof length).Append(text.data(), length);
    }

    SendBuffer Finish() {
        header_.size = static_cast<USHORT>(bytes_.size());
        std::memcpy(bytes_.data(), &header_, sizeof header_);
        return std::make_shared<const std::vector<BYTE>>(std::move(bytes_));
    }

private:
    PacketWriter &Append(const void *from, size_t count) {
        auto begin = static_cast<const BYTE *>(from);
        bytes_.insert(bytes_.end(), begin, begin + count);
        return *this;
    }

    PacketHeader header_{};
    std::vector<BYTE> bytes_;
};

// Reads what may be nonsense: a packet that is too short makes the reader bad, and nothing else.
class PacketReader {
public:
    PacketReader(const BYTE *bytes, size_t count) : at_(bytes), left_(count) {}

    bool IsGood() const { return is_good_; }

    PacketReader &operator>>(ULONG &number) { return Take(&number, sizeof number); }
    PacketReader &operator>>(std::string &text) {
        USHORT length = 0;
        Take(&length, sizeof length);
        text.resize(is_good_ && length <= left_ ? length : 0);
        return Take(&text[0], length);
    }

private:
    PacketReader &Take(void *to, size_t count) {
        if (!is_good_ || count > left_) {
            is_good_ = false;
            return *this;
        }
        std::memcpy(to, at_, count);
        at_ += count;
        left_ -= count;
        return *this;
    }

    const BYTE *at_;
    size_t left_;
    bool is_good_ = true;
};
