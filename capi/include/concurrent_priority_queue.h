/* A queue for many threads whose greatest value comes out first: a heap under a lock. */
#ifndef _CONCURRENT_PRIORITY_QUEUE_H
#define _CONCURRENT_PRIORITY_QUEUE_H

#ifndef __cplusplus
#error concurrent_priority_queue.h is C++
#endif

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace Concurrency {

template <typename T, typename Compare = std::less<T>, typename Allocator = std::allocator<T>>
class concurrent_priority_queue {
    using Items = std::vector<T, Allocator>;

  public:
    typedef T value_type;
    typedef T &reference;
    typedef const T &const_reference;
    typedef std::size_t size_type;
    typedef Allocator allocator_type;

    explicit concurrent_priority_queue(const Allocator &allocator = Allocator())
        : items_(allocator) {}
    explicit concurrent_priority_queue(size_type capacity, const Allocator &allocator = Allocator())
        : items_(allocator) {
        items_.reserve(capacity);
    }
    template <typename Iterator>
    concurrent_priority_queue(Iterator begin, Iterator end, const Allocator &allocator = Allocator())
        : items_(begin, end, allocator) {
        std::make_heap(items_.begin(), items_.end(), less_);
    }
    concurrent_priority_queue(const concurrent_priority_queue &other) : items_(other.copy()) {}
    concurrent_priority_queue &operator=(const concurrent_priority_queue &other) {
        Items items = other.copy();
        replace(items);
        return *this;
    }
    void swap(concurrent_priority_queue &other) {
        if (this == &other)
            return;
        std::unique_lock<std::mutex> own(mutex_, std::defer_lock), its(other.mutex_, std::defer_lock);
        std::lock(own, its);
        items_.swap(other.items_);
    }

    void push(const T &value) { push(T(value)); }
    void push(T &&value) {
        std::lock_guard<std::mutex> guard(mutex_);
        items_.push_back(std::move(value));
        std::push_heap(items_.begin(), items_.end(), less_);
    }
    /* Takes the greatest, if there is one. */
    bool try_pop(reference to) {
        std::lock_guard<std::mutex> guard(mutex_);
        if (items_.empty())
            return false;
        std::pop_heap(items_.begin(), items_.end(), less_);
        to = std::move(items_.back());
        items_.pop_back();
        return true;
    }
    bool empty() const { return size() == 0; }
    size_type size() const {
        std::lock_guard<std::mutex> guard(mutex_);
        return items_.size();
    }
    void clear() {
        Items gone;
        replace(gone);
    }
    allocator_type get_allocator() const { return items_.get_allocator(); }

  private:
    Items copy() const {
        std::lock_guard<std::mutex> guard(mutex_);
        return items_;
    }
    void replace(Items &items) {
        std::lock_guard<std::mutex> guard(mutex_);
        items_.swap(items);
    }

    Items items_;
    Compare less_;
    mutable std::mutex mutex_;
};

}

namespace concurrency = Concurrency;

#endif
