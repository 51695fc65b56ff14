#include "session.h"

#include "network.h"

#include <cstring>
#include <mutex>

namespace {
constexpr size_t ReceiveBytes = 4 * PacketSession::PacketBytesMax;
constexpr size_t BuffersPerSend = 64;
}

Session::Session(Port &port)
    : port_(port), socket_(Network::MakeSocket()), received_(ReceiveBytes) {
    port_.Register(socket_);
}

Session::~Session() {
    closesocket(socket_);
}

void Session::Start() {
    OnConnected();
    BeginReceive();
}

void Session::Connect(const SOCKADDR_IN &to) {
    SOCKADDR_IN any = Network::Loopback(0);
    DWORD bytes = 0;
    if (bind(socket_, reinterpret_cast<SOCKADDR *>(&any), sizeof any) == SOCKET_ERROR) Fail("bind");
    connect_.Arm(shared_from_this());
    if (!Network::ConnectEx(socket_, reinterpret_cast<const SOCKADDR *>(&to), sizeof to, nullptr, 0,
                            &bytes, &connect_) &&
        WSAGetLastError() != WSA_IO_PENDING) {
        connect_.Disarm();
        End();
    }
}

// Whoever finds no send under way begins one. What comes meanwhile goes with the next.
void Session::Send(SendBuffer buffer) {
    {
        std::lock_guard<SrwLock> guard(lock_);
        queue_.push_back(std::move(buffer));
        if (is_sending_) return;
        is_sending_ = true;
    }
    BeginSend();
}

// The flag first: a receive that begins after CancelIoEx sees it.
void Session::Disconnect() {
    is_ending_ = true;
    CancelIoEx(reinterpret_cast<HANDLE>(socket_), nullptr);
}

void Session::OnCompletion(Event &event, DWORD bytes, DWORD error) {
    switch (event.kind) {
    case EventKind::Connect:
        if (error != ERROR_SUCCESS) {
            End();
            break;
        }
        setsockopt(socket_, SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, nullptr, 0);
        Start();
        break;
    case EventKind::Receive:
        FinishReceive(bytes, error);
        break;
    default:
        FinishSend(error);
        break;
    }
}

void Session::BeginReceive() {
    received_.Compact();
    WSABUF wanted{static_cast<ULONG>(received_.FreeBytes()),
                  reinterpret_cast<CHAR *>(received_.Free())};
    DWORD flags = 0;
    receive_.Arm(shared_from_this());
    if (WSARecv(socket_, &wanted, 1, nullptr, &flags, &receive_, nullptr) == SOCKET_ERROR &&
        WSAGetLastError() != WSA_IO_PENDING) {
        receive_.Disarm();
        End();
    } else if (is_ending_) {
        CancelIoEx(reinterpret_cast<HANDLE>(socket_), &receive_);
    }
}

void Session::FinishReceive(DWORD bytes, DWORD error) {
    if (error != ERROR_SUCCESS || bytes == 0 || is_ending_ || !received_.OnWrite(bytes)) {
        End();
        return;
    }
    size_t done = OnReceived(received_.Data(), received_.DataBytes());
    if (!received_.OnRead(done)) {
        End();
        return;
    }
    BeginReceive();
}

void Session::BeginSend() {
    {
        std::lock_guard<SrwLock> guard(lock_);
        while (!queue_.empty() && sending_.size() < BuffersPerSend) {
            sending_.push_back(std::move(queue_.front()));
            queue_.pop_front();
        }
    }
    std::vector<WSABUF> wanted;
    wanted.reserve(sending_.size());
    for (const SendBuffer &buffer : sending_) {
        BYTE *bytes = const_cast<BYTE *>(buffer->data()); // WSABUF knows no const
        wanted.push_back(
            WSABUF{static_cast<ULONG>(buffer->size()), reinterpret_cast<CHAR *>(bytes)});
    }
    send_.Arm(shared_from_this());
    if (WSASend(socket_, wanted.data(), static_cast<DWORD>(wanted.size()), nullptr, 0, &send_,
                nullptr) == SOCKET_ERROR &&
        WSAGetLastError() != WSA_IO_PENDING) {
        send_.Disarm();
        Disconnect();
    }
}

void Session::FinishSend(DWORD error) {
    sending_.clear();
    if (error != ERROR_SUCCESS) {
        Disconnect();
        return;
    }
    {
        std::lock_guard<SrwLock> guard(lock_);
        if (queue_.empty()) {
            is_sending_ = false;
            return;
        }
    }
    BeginSend();
}

// The socket is closed when the last reference goes; the peer need not wait for that.
void Session::End() {
    is_ending_ = true;
    OnDisconnected();
    shutdown(socket_, SD_BOTH);
}

size_t PacketSession::OnReceived(const BYTE *bytes, size_t count) {
    size_t done = 0;
    PacketHeader header;
    while (count - done >= sizeof header) {
        std::memcpy(&header, bytes + done, sizeof header);
        if (header.size < sizeof header || header.size > PacketBytesMax) {
            OnNonsense();
            Disconnect();
            return count;
        }
        if (count - done < header.size) break;
        OnPacket(header.id, bytes + done + sizeof header, header.size - sizeof header);
        done += header.size;
    }
    return done;
}
