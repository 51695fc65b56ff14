// Where bytes wait: those received until they make a packet, those to send until they are sent.
#pragma once

#include "platform.h"

#include <memory>
#include <vector>

// A stretch of memory with a place to read and a place to write.
//
//     | read already | received | free |
//                    ▲ Data     ▲ Free
class ReceiveBuffer {
public:
    explicit ReceiveBuffer(size_t capacity) : bytes_(capacity) {}

    const BYTE *Data() const { return bytes_.data() + read_; }
    size_t DataBytes() const { return write_ - read_; }
    BYTE *Free() { return bytes_.data() + write_; }
    size_t FreeBytes() const { return bytes_.size() - write_; }

    // Bytes have been received into Free; false if there cannot be so many.
    bool OnWrite(size_t count);
    // The first bytes of Data are done with; false if there are not so many.
    bool OnRead(size_t count);
    // Moves what is left to the front, so that all the room is in one piece.
    void Compact();

private:
    std::vector<BYTE> bytes_;
    size_t read_ = 0;
    size_t write_ = 0;
};

// One packet, shared by all sessions that it goes to, and never changed.
using SendBuffer = std::shared_ptr<const std::vector<BYTE>>;
