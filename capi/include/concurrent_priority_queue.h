/* A queue that gives the greatest first and that threads share without further locks, as
   Microsoft's concurrency runtime has it. */
#ifndef WINSOCK_CONCURRENT_PRIORITY_QUEUE_H
#define WINSOCK_CONCURRENT_PRIORITY_QUEUE_H
#ifdef __cplusplus

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace Concurrency {

template <class T, class Compare = std::less<T>, class Allocator = std::allocator<T>>
class concurrent_priority_queue {
    typedef std::vector<T, Allocator> Heap;

  public:
    typedef T value_type;
    typedef Allocator allocator_type;
    typedef T &reference;
    typedef const T &const_reference;
    typedef std::size_t size_type;

    explicit concurrent_priority_queue(const Compare &less = Compare()) : less(less) {}
    concurrent_priority_queue(const concurrent_priority_queue &other)
        : less(other.less), heap(other.copy()) {}
    concurrent_priority_queue &operator=(const concurrent_priority_queue &other) {
        Heap copied = other.copy();
        std::lock_guard<std::mutex> guard(lock);
        heap.swap(copied);
        return *this;
    }

    void push(T item) {
        std::lock_guard<std::mutex> guard(lock);
        heap.push_back(std::move(item));
        std::push_heap(heap.begin(), heap.end(), less);
    }
    /* False if there is nothing. */
    bool try_pop(T &to) {
        std::lock_guard<std::mutex> guard(lock);
        if (heap.empty())
            return false;
        std::pop_heap(heap.begin(), heap.end(), less);
        to = std::move(heap.back());
        heap.pop_back();
        return true;
    }
    bool empty() const {
        std::lock_guard<std::mutex> guard(lock);
        return heap.empty();
    }
    size_type size() const {
        std::lock_guard<std::mutex> guard(lock);
        return heap.size();
    }
    void clear() {
        std::lock_guard<std::mutex> guard(lock);
        heap.clear();
    }

  private:
    Heap copy() const {
        std::lock_guard<std::mutex> guard(lock);
        return heap;
    }

    mutable std::mutex lock;
    Compare less;
    Heap heap;
};

} // namespace Concurrency

namespace concurrency = Concurrency;

#endif
#endif
