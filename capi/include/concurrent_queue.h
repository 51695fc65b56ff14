/* A queue for many threads: a deque under a lock. */
#ifndef _CONCURRENT_QUEUE_H
#define _CONCURRENT_QUEUE_H

#ifndef __cplusplus
#error concurrent_queue.h is C++
#endif

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>

namespace Concurrency {

template <typename T, class Allocator = std::allocator<T>>
class concurrent_queue {
    using Items = std::deque<T, Allocator>;

  public:
    typedef T value_type;
    typedef Allocator allocator_type;
    typedef T &reference;
    typedef const T &const_reference;
    typedef std::size_t size_type;
    typedef std::ptrdiff_t difference_type;
    typedef typename Items::iterator iterator;
    typedef typename Items::const_iterator const_iterator;

    concurrent_queue() = default;
    explicit concurrent_queue(const Allocator &allocator) : items_(allocator) {}
    template <typename Iterator>
    concurrent_queue(Iterator begin, Iterator end) : items_(begin, end) {}
    concurrent_queue(const concurrent_queue &other) : items_(other.copy()) {}
    concurrent_queue(concurrent_queue &&other) : items_(other.take()) {}
    concurrent_queue &operator=(const concurrent_queue &other) {
        Items items = other.copy();
        replace(items);
        return *this;
    }
    concurrent_queue &operator=(concurrent_queue &&other) {
        Items items = other.take();
        replace(items);
        return *this;
    }

    void push(const T &value) {
        std::lock_guard<std::mutex> guard(mutex_);
        items_.push_back(value);
    }
    void push(T &&value) {
        std::lock_guard<std::mutex> guard(mutex_);
        items_.push_back(std::move(value));
    }
    /* Takes the oldest, if there is one. */
    bool try_pop(T &to) {
        std::lock_guard<std::mutex> guard(mutex_);
        if (items_.empty())
            return false;
        to = std::move(items_.front());
        items_.pop_front();
        return true;
    }
    bool empty() const {
        std::lock_guard<std::mutex> guard(mutex_);
        return items_.empty();
    }
    void clear() {
        Items gone;
        replace(gone);
    }
    Allocator get_allocator() const { return items_.get_allocator(); }

    /* Not while others push or pop, as the names say. */
    size_type unsafe_size() const {
        std::lock_guard<std::mutex> guard(mutex_);
        return items_.size();
    }
    iterator unsafe_begin() { return items_.begin(); }
    iterator unsafe_end() { return items_.end(); }
    const_iterator unsafe_begin() const { return items_.begin(); }
    const_iterator unsafe_end() const { return items_.end(); }

  private:
    Items copy() const {
        std::lock_guard<std::mutex> guard(mutex_);
        return items_;
    }
    Items take() {
        std::lock_guard<std::mutex> guard(mutex_);
        Items items;
        items.swap(items_);
        return items;
    }
    void replace(Items &items) {
        std::lock_guard<std::mutex> guard(mutex_);
        items_.swap(items);
    }

    Items items_;
    mutable std::mutex mutex_;
};

}

namespace concurrency = Concurrency;

#endif
