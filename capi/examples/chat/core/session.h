// One connection.
//
//     Start ─▶ receive ─▶ OnReceived ─▶ receive … ─▶ the end of the receiving: OnDisconnected
//     Send ─▶ queue ─▶ one WSASend at a time, with much of what is queued
//
// A receive is always under way, and what it calls is called by one thread at a time: a session
// needs no lock for what only OnConnected, OnReceived and OnDisconnected use. Send and Disconnect
// may be called by any thread.
#pragma once

#include "buffer.h"
#include "lock.h"
#include "port.h"

#include <atomic>
#include <deque>
#include <memory>
#include <vector>

class Session : public PortObject {
public:
    explicit Session(Port &port);
    ~Session() override;

    SOCKET Socket() const { return socket_; }

    // The socket is connected, by Listener.
    void Start();
    // Connects to a server; OnConnected or OnDisconnected follows.
    void Connect(const SOCKADDR_IN &to);
    void Send(SendBuffer buffer);
    // Ends the receiving, and with it the session.
    void Disconnect();

    void OnCompletion(Event &event, DWORD bytes, DWORD error) override;

protected:
    virtual void OnConnected() {}
    // Some bytes have come; how many are done with. The others will be shown again, with more.
    virtual size_t OnReceived(const BYTE *bytes, size_t count) = 0;
    virtual void OnDisconnected() {}

private:
    void BeginReceive();
    void BeginSend();
    void FinishReceive(DWORD bytes, DWORD error);
    void FinishSend(DWORD error);
    void End();

    Port &port_;
    const SOCKET socket_;
    std::atomic<bool> is_ending_{false};
    Event connect_{EventKind::Connect};
    Event receive_{EventKind::Receive};
    Event send_{EventKind::Send};
    ReceiveBuffer received_;

    SrwLock lock_; // guards queue_ and is_sending_
    std::deque<SendBuffer> queue_;
    bool is_sending_ = false;
    std::vector<SendBuffer> sending_; // belongs to the send under way
};

using SessionRef = std::shared_ptr<Session>;

// What stands before every packet. The size counts the header.
struct PacketHeader {
    USHORT size;
    USHORT id;
};

// A session whose bytes are packets.
class PacketSession : public Session {
public:
    using Session::Session;
    static constexpr size_t PacketBytesMax = 4096;

protected:
    size_t OnReceived(const BYTE *bytes, size_t count) final;
    // One whole packet, without its header.
    virtual void OnPacket(USHORT id, const BYTE *body, size_t count) = 0;
    // What came is no packet; the session ends.
    virtual void OnNonsense() {}
};
