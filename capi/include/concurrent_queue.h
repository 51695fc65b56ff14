/* A queue that threads share without further locks, as Microsoft's concurrency runtime has it. */
#ifndef WINSOCK_CONCURRENT_QUEUE_H
#define WINSOCK_CONCURRENT_QUEUE_H
#ifdef __cplusplus

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>

namespace Concurrency {

/* push, try_pop and empty may be called at any time by any thread; what is called unsafe, and the
   copies, only while nobody else changes the queue. */
template <class T, class Allocator = std::allocator<T>>
class concurrent_queue {
    typedef std::deque<T, Allocator> Items;

  public:
    typedef T value_type;
    typedef Allocator allocator_type;
    typedef T &reference;
    typedef const T &const_reference;
    typedef std::size_t size_type;
    typedef std::ptrdiff_t difference_type;
    typedef typename Items::iterator iterator;
    typedef typename Items::const_iterator const_iterator;

    explicit concurrent_queue(const allocator_type &allocator = allocator_type()) : items(allocator) {}
    concurrent_queue(const concurrent_queue &other) : items(other.copy()) {}
    concurrent_queue(concurrent_queue &&other) : items(other.take()) {}
    template <class Iterator>
    concurrent_queue(Iterator begin, Iterator end) : items(begin, end) {}
    concurrent_queue &operator=(const concurrent_queue &other) {
        Items copied = other.copy();
        std::lock_guard<std::mutex> guard(lock);
        items.swap(copied);
        return *this;
    }
    concurrent_queue &operator=(concurrent_queue &&other) {
        Items taken = other.take();
        std::lock_guard<std::mutex> guard(lock);
        items.swap(taken);
        return *this;
    }

    void push(const T &item) {
        std::lock_guard<std::mutex> guard(lock);
        items.push_back(item);
    }
    void push(T &&item) {
        std::lock_guard<std::mutex> guard(lock);
        items.push_back(std::move(item));
    }
    /* False if there is nothing. */
    bool try_pop(T &to) {
        std::lock_guard<std::mutex> guard(lock);
        if (items.empty())
            return false;
        to = std::move(items.front());
        items.pop_front();
        return true;
    }
    bool empty() const {
        std::lock_guard<std::mutex> guard(lock);
        return items.empty();
    }
    size_type unsafe_size() const {
        std::lock_guard<std::mutex> guard(lock);
        return items.size();
    }
    void clear() { take(); }
    allocator_type get_allocator() const { return items.get_allocator(); }

    iterator unsafe_begin() { return items.begin(); }
    iterator unsafe_end() { return items.end(); }
    const_iterator unsafe_begin() const { return items.begin(); }
    const_iterator unsafe_end() const { return items.end(); }

  private:
    Items copy() const {
        std::lock_guard<std::mutex> guard(lock);
        return items;
    }
    Items take() {
        Items taken;
        std::lock_guard<std::mutex> guard(lock);
        items.swap(taken);
        return taken;
    }

    mutable std::mutex lock;
    Items items;
};

} // namespace Concurrency

namespace concurrency = Concurrency;

#endif
#endif
