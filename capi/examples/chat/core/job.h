// Jobs instead of locks: what concerns one room, say, is done one job after the other, by whichever
// worker comes along, and so needs no lock of its own.
#pragma once

#include "lock.h"
#include "port.h"

#include <functional>
#include <memory>
#include <queue>
#include <vector>

using Job = std::function<void()>;

class JobTimer;

class JobQueue : public PortObject {
public:
    JobQueue(Port &port, JobTimer &timer) : port_(port), timer_(timer) {}

    // Does the job now, if nobody is at the jobs of this queue and the caller is at no job; else
    // it is done soon, and the caller does not wait for it.
    void Push(Job job);
    // The same, but never now.
    void PushLater(Job job);
    void PushAfter(DWORD delay_ms, Job job);

    void OnCompletion(Event &event, DWORD bytes, DWORD error) override;

private:
    void Run();
    void RunLater();
    bool Add(Job job);
    bool Take(std::vector<Job> &batch);

    static constexpr ULONGLONG SliceMs = 50; // then other work of the port has its turn

    Port &port_;
    JobTimer &timer_;
    Event event_{EventKind::Jobs};
    SrwLock lock_; // guards the rest
    std::vector<Job> jobs_;
    bool is_running_ = false; // somebody is at the jobs, or a packet is on its way to say so
};

using JobQueueRef = std::shared_ptr<JobQueue>;

// Jobs that wait for their time. Workers look here between two packets.
class JobTimer {
public:
    explicit JobTimer(Port &port) : port_(port) {}

    void Reserve(DWORD delay_ms, std::weak_ptr<JobQueue> queue, Job job);
    // Hands out what is due; how long the next one can wait, in milliseconds.
    DWORD Distribute();

private:
    struct Item {
        ULONGLONG due_ms;
        ULONGLONG number; // of two that are due together the older one goes first
        std::weak_ptr<JobQueue> queue;
        Job job;
        bool operator<(const Item &other) const {
            return due_ms != other.due_ms ? due_ms > other.due_ms : number > other.number;
        }
    };

    Port &port_;
    SrwLock lock_; // guards the rest
    std::priority_queue<Item> items_;
    ULONGLONG next_number_ = 0;
};
