/* A map that many threads fill and read: a list, whose elements never move, and an index of it,
   under a lock. */
#ifndef _CONCURRENT_UNORDERED_MAP_H
#define _CONCURRENT_UNORDERED_MAP_H

#ifndef __cplusplus
#error concurrent_unordered_map.h is C++
#endif

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <list>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <unordered_map>
#include <utility>

namespace Concurrency {

template <typename K, typename V, typename Hash = std::hash<K>, typename Equal = std::equal_to<K>,
          typename Allocator = std::allocator<std::pair<const K, V>>>
class concurrent_unordered_map {
    using Items = std::list<std::pair<const K, V>, Allocator>;
    using Index = std::unordered_map<K, typename Items::iterator, Hash, Equal>;

    /* A place, which stays the same one while others insert. */
    template <typename Value>
    class Place {
      public:
        typedef std::forward_iterator_tag iterator_category;
        typedef std::pair<const K, V> value_type;
        typedef std::ptrdiff_t difference_type;
        typedef Value *pointer;
        typedef Value &reference;

        Place() = default;
        template <typename Other>
        Place(const Place<Other> &other) : map_(other.map_), at_(other.at_) {}

        reference operator*() const { return *at_; }
        pointer operator->() const { return &*at_; }
        Place &operator++() {
            std::lock_guard<std::mutex> guard(map_->mutex_);
            ++at_;
            return *this;
        }
        Place operator++(int) {
            Place before = *this;
            ++*this;
            return before;
        }
        friend bool operator==(const Place &a, const Place &b) { return a.at_ == b.at_; }
        friend bool operator!=(const Place &a, const Place &b) { return a.at_ != b.at_; }

      private:
        friend class concurrent_unordered_map;
        template <typename Other>
        friend class Place;
        Place(const concurrent_unordered_map *map, typename Items::iterator at)
            : map_(map), at_(at) {}
        const concurrent_unordered_map *map_ = nullptr;
        typename Items::iterator at_;
    };

  public:
    typedef K key_type;
    typedef V mapped_type;
    typedef std::pair<const K, V> value_type;
    typedef Hash hasher;
    typedef Equal key_equal;
    typedef Allocator allocator_type;
    typedef std::size_t size_type;
    typedef std::ptrdiff_t difference_type;
    typedef Place<value_type> iterator;
    typedef Place<const value_type> const_iterator;

    concurrent_unordered_map() = default;
    explicit concurrent_unordered_map(size_type buckets) : index_(buckets) {}
    concurrent_unordered_map(std::initializer_list<value_type> values) {
        for (const value_type &value : values)
            insert(value);
    }
    concurrent_unordered_map(const concurrent_unordered_map &other) { fill(other); }
    concurrent_unordered_map &operator=(const concurrent_unordered_map &other) {
        if (this != &other) {
            clear();
            fill(other);
        }
        return *this;
    }

    std::pair<iterator, bool> insert(const value_type &value) {
        std::lock_guard<std::mutex> guard(mutex_);
        return add(value.first, [&] { items_.push_back(value); });
    }
    std::pair<iterator, bool> insert(value_type &&value) {
        std::lock_guard<std::mutex> guard(mutex_);
        return add(value.first, [&] { items_.push_back(std::move(value)); });
    }
    template <typename Pair>
    std::pair<iterator, bool> insert(Pair &&pair) {
        return insert(value_type(std::forward<Pair>(pair)));
    }
    template <typename... Arguments>
    std::pair<iterator, bool> emplace(Arguments &&...arguments) {
        return insert(value_type(std::forward<Arguments>(arguments)...));
    }
    V &operator[](const K &key) {
        std::lock_guard<std::mutex> guard(mutex_);
        auto added = add(key, [&] {
            items_.emplace_back(std::piecewise_construct, std::forward_as_tuple(key),
                                std::forward_as_tuple());
        });
        return added.first->second;
    }
    V &at(const K &key) { return find_or_throw(key)->second; }
    const V &at(const K &key) const { return find_or_throw(key)->second; }
    iterator find(const K &key) {
        std::lock_guard<std::mutex> guard(mutex_);
        return iterator(this, look_up(key));
    }
    const_iterator find(const K &key) const {
        std::lock_guard<std::mutex> guard(mutex_);
        return const_iterator(this, look_up(key));
    }
    size_type count(const K &key) const { return find(key) == end() ? 0 : 1; }
    size_type size() const {
        std::lock_guard<std::mutex> guard(mutex_);
        return items_.size();
    }
    bool empty() const { return size() == 0; }
    iterator begin() {
        std::lock_guard<std::mutex> guard(mutex_);
        return iterator(this, items_.begin());
    }
    iterator end() { return iterator(this, items_.end()); }
    const_iterator begin() const {
        std::lock_guard<std::mutex> guard(mutex_);
        return const_iterator(this, items_.begin());
    }
    const_iterator end() const { return const_iterator(this, items_.end()); }
    const_iterator cbegin() const { return begin(); }
    const_iterator cend() const { return end(); }

    /* These are for one thread alone. */
    size_type unsafe_erase(const K &key) {
        auto at = index_.find(key);
        if (at == index_.end())
            return 0;
        items_.erase(at->second);
        index_.erase(at);
        return 1;
    }
    iterator unsafe_erase(const_iterator at) {
        index_.erase(at->first);
        return iterator(this, items_.erase(at.at_));
    }
    void clear() {
        index_.clear();
        items_.clear();
    }
    void swap(concurrent_unordered_map &other) {
        index_.swap(other.index_);
        items_.swap(other.items_);
    }

  private:
    template <typename Append>
    std::pair<iterator, bool> add(const K &key, Append append) {
        auto at = index_.find(key);
        if (at != index_.end())
            return {iterator(this, at->second), false};
        append();
        auto added = std::prev(items_.end());
        index_.emplace(added->first, added);
        return {iterator(this, added), true};
    }
    typename Items::iterator look_up(const K &key) const {
        auto at = index_.find(key);
        return at == index_.end() ? items_.end() : at->second;
    }
    typename Items::iterator find_or_throw(const K &key) const {
        std::lock_guard<std::mutex> guard(mutex_);
        auto at = look_up(key);
        if (at == items_.end())
            throw std::out_of_range("concurrent_unordered_map::at");
        return at;
    }
    void fill(const concurrent_unordered_map &other) {
        for (const value_type &value : other)
            insert(value);
    }

    mutable Items items_;
    Index index_;
    mutable std::mutex mutex_;
};

}

namespace concurrency = Concurrency;

#endif
