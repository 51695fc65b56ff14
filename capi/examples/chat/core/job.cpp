#include "job.h"

#include <mutex>
#include <utility>

namespace {
// Whether this thread is at a job: it must not begin with another queue's inside it.
thread_local bool is_at_job = false;
} // namespace

void JobQueue::Push(Job job) {
    if (!Add(std::move(job))) return;
    if (is_at_job)
        RunLater();
    else
        Run();
}

void JobQueue::PushLater(Job job) {
    if (Add(std::move(job))) RunLater();
}

void JobQueue::PushAfter(DWORD delay_ms, Job job) {
    auto self = std::static_pointer_cast<JobQueue>(shared_from_this());
    timer_.Reserve(delay_ms, self, std::move(job));
}

void JobQueue::OnCompletion(Event &, DWORD, DWORD) {
    Run();
}

// Whether the caller has to see to it that the jobs are done: nobody else does.
bool JobQueue::Add(Job job) {
    std::lock_guard<SrwLock> guard(lock_);
    jobs_.push_back(std::move(job));
    return !std::exchange(is_running_, true);
}

// Takes all jobs there are; without any the queue is at rest.
bool JobQueue::Take(std::vector<Job> &batch) {
    std::lock_guard<SrwLock> guard(lock_);
    batch.clear();
    batch.swap(jobs_);
    is_running_ = !batch.empty();
    return is_running_;
}

void JobQueue::Run() {
    PortObjectRef self = shared_from_this(); // a job may drop the last other reference
    const ULONGLONG end = GetTickCount64() + SliceMs;
    std::vector<Job> batch;
    is_at_job = true;
    while (Take(batch)) {
        for (Job &job : batch) job();
        if (GetTickCount64() >= end) {
            RunLater();
            break;
        }
    }
    is_at_job = false;
}

void JobQueue::RunLater() {
    event_.Arm(shared_from_this());
    port_.Post(event_);
}

void JobTimer::Reserve(DWORD delay_ms, std::weak_ptr<JobQueue> queue, Job job) {
    {
        std::lock_guard<SrwLock> guard(lock_);
        items_.push(
            Item{GetTickCount64() + delay_ms, next_number_++, std::move(queue), std::move(job)});
    }
    port_.Wake(); // a worker may have meant to wait longer
}

// One worker at a time, or two jobs that are due could overtake each other.
DWORD JobTimer::Distribute() {
    std::lock_guard<SrwLock> guard(lock_);
    for (; !items_.empty(); items_.pop()) {
        const Item &item = items_.top();
        ULONGLONG now = GetTickCount64();
        if (item.due_ms > now) return static_cast<DWORD>(item.due_ms - now);
        if (JobQueueRef queue = item.queue.lock()) queue->PushLater(item.job);
    }
    return INFINITE;
}
