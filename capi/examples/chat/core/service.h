// A port, its timer and the threads that work for them.
#pragma once

#include "job.h"
#include "port.h"

#include <atomic>
#include <vector>

class Service {
public:
    Service() : timer_(port_) {}
    ~Service() { Stop(); }

    Port &ThePort() { return port_; }
    JobTimer &Timer() { return timer_; }

    // Twice as many workers as processors: the port lets one for each run at a time.
    void Start();
    // Lets the workers finish what they are at, and waits for them.
    void Stop();

private:
    static unsigned __stdcall Work(void *service);

    Port port_;
    JobTimer timer_;
    std::atomic<bool> is_stopping_{false};
    std::vector<HANDLE> workers_;
};
