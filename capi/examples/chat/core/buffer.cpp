#include "buffer.h"

#include <cstring>

bool ReceiveBuffer::OnWrite(size_t count) {
    if (count > FreeBytes()) return false;
    write_ += count;
    return true;
}

bool ReceiveBuffer::OnRead(size_t count) {
    if (count > DataBytes()) return false;
    read_ += count;
    return true;
}

void ReceiveBuffer::Compact() {
    if (read_ == 0) return;
    std::memmove(bytes_.data(), Data(), DataBytes());
    write_ -= read_;
    read_ = 0;
}
