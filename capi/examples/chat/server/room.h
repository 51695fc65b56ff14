// A room: who is in it, and what is said there. Everything here is done as a job of the room.
#pragma once

#include "../core/job.h"
#include "../core/session.h"

#include <map>
#include <string>

class Room : public JobQueue {
public:
    Room(Port &port, JobTimer &timer, std::string name)
        : JobQueue(port, timer), name_(std::move(name)) {}

    const std::string &Name() const { return name_; }

    // To be called by jobs of this room.
    void Enter(const std::string &member, SessionRef session);
    void Leave(const std::string &member);
    void Say(const std::string &member, const std::string &text);

private:
    void Broadcast(const SendBuffer &buffer);

    const std::string name_;
    std::map<std::string, SessionRef> members_;
};

using RoomRef = std::shared_ptr<Room>;
