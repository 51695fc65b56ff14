/* Work shared out among threads: of the parallel patterns, those that threads alone can keep. */
#ifndef _PPL_H
#define _PPL_H

#ifndef __cplusplus
#error ppl.h is C++
#endif

#include <concrt.h>

#include <atomic>
#include <exception>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <list>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace Concurrency {

enum task_group_status { not_complete, completed, canceled };

/* Tasks, each on a thread of its own. wait throws what the first of them threw. */
class task_group {
  public:
    task_group() = default;
    task_group(const task_group &) = delete;
    task_group &operator=(const task_group &) = delete;
    ~task_group() { join(); }

    template <typename Function>
    void run(Function function) {
        std::lock_guard<std::mutex> guard(mutex_);
        threads_.emplace_back([this, function]() mutable { attempt(function); });
    }
    task_group_status wait() {
        join();
        std::exception_ptr failure;
        {
            std::lock_guard<std::mutex> guard(mutex_);
            std::swap(failure, failure_);
        }
        if (failure)
            std::rethrow_exception(failure);
        return completed;
    }
    template <typename Function>
    task_group_status run_and_wait(Function function) {
        attempt(function);
        return wait();
    }

  private:
    template <typename Function>
    void attempt(Function &function) {
        try {
            function();
        } catch (...) {
            std::lock_guard<std::mutex> guard(mutex_);
            if (!failure_)
                failure_ = std::current_exception();
        }
    }
    /* A task may run others meanwhile. */
    void join() {
        for (;;) {
            std::list<std::thread> threads;
            {
                std::lock_guard<std::mutex> guard(mutex_);
                threads.swap(threads_);
            }
            if (threads.empty())
                return;
            for (std::thread &thread : threads)
                thread.join();
        }
    }

    std::mutex mutex_;
    std::list<std::thread> threads_;
    std::exception_ptr failure_;
};
typedef task_group structured_task_group;

/* Calls function(first), function(first + step) … on as many threads as there are processors. */
template <typename Index, typename Function>
void parallel_for(Index first, Index last, Index step, const Function &function) {
    if (!(first < last))
        return;
    const unsigned long long count =
        ((unsigned long long)(last - first) + (unsigned long long)step - 1) /
        (unsigned long long)step;
    std::atomic<unsigned long long> next(0);
    std::atomic<bool> failed(false);
    auto work = [&] {
        for (;;) {
            unsigned long long at = next.fetch_add(1);
            if (at >= count || failed)
                return;
            try {
                function((Index)(first + (Index)at * step));
            } catch (...) {
                failed = true;
                throw;
            }
        }
    };
    unsigned long long workers = std::thread::hardware_concurrency();
    task_group group;
    for (unsigned long long at = 1; at < workers && at < count; at++)
        group.run(work);
    group.run_and_wait(work);
}
template <typename Index, typename Function>
void parallel_for(Index first, Index last, const Function &function) {
    parallel_for(first, last, (Index)1, function);
}

template <typename Iterator, typename Function>
void parallel_for_each(Iterator first, Iterator last, const Function &function) {
    std::vector<Iterator> places;
    for (; first != last; ++first)
        places.push_back(first);
    parallel_for((std::size_t)0, places.size(), [&](std::size_t at) { function(*places[at]); });
}

template <typename First, typename... Others>
void parallel_invoke(const First &first, const Others &...others) {
    task_group group;
    (void)std::initializer_list<int>{(group.run(others), 0)...};
    group.run_and_wait(first);
}

/* One of each thread's own, and all of them together. */
template <typename T>
class combinable {
  public:
    combinable() : make_([] { return T(); }) {}
    template <typename Function>
    explicit combinable(Function make) : make_(make) {}

    T &local() {
        std::lock_guard<std::mutex> guard(mutex_);
        auto at = parts_.find(std::this_thread::get_id());
        if (at == parts_.end())
            at = parts_.emplace(std::this_thread::get_id(), make_()).first;
        return at->second;
    }
    void clear() { parts_.clear(); }
    template <typename Function>
    T combine(Function function) const {
        T all = make_();
        bool first = true;
        for (const auto &part : parts_) {
            all = first ? part.second : function(all, part.second);
            first = false;
        }
        return all;
    }
    template <typename Function>
    void combine_each(Function function) const {
        for (const auto &part : parts_)
            function(part.second);
    }

  private:
    std::function<T()> make_;
    std::mutex mutex_;
    std::unordered_map<std::thread::id, T> parts_;
};

}

namespace concurrency = Concurrency;

#endif
