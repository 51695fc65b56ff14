/* A vector that many threads lengthen and read: a deque under a lock, whose elements never move. */
#ifndef _CONCURRENT_VECTOR_H
#define _CONCURRENT_VECTOR_H

#ifndef __cplusplus
#error concurrent_vector.h is C++
#endif

#include <cstddef>
#include <deque>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <mutex>
#include <utility>

namespace Concurrency {

template <typename T, class Allocator = std::allocator<T>>
class concurrent_vector {
    using Items = std::deque<T, Allocator>;

    /* A place, which stays the same one while others push. */
    template <typename Vector, typename Value>
    class Place {
      public:
        typedef std::random_access_iterator_tag iterator_category;
        typedef T value_type;
        typedef std::ptrdiff_t difference_type;
        typedef Value *pointer;
        typedef Value &reference;

        Place() = default;
        Place(Vector *vector, std::size_t at) : vector_(vector), at_(at) {}
        template <typename OtherVector, typename OtherValue>
        Place(const Place<OtherVector, OtherValue> &other)
            : vector_(other.vector_), at_(other.at_) {}

        reference operator*() const { return (*vector_)[at_]; }
        pointer operator->() const { return &(*vector_)[at_]; }
        reference operator[](difference_type by) const { return (*vector_)[at_ + by]; }
        Place &operator++() { return *this += 1; }
        Place &operator--() { return *this += -1; }
        Place operator++(int) {
            Place before = *this;
            ++at_;
            return before;
        }
        Place operator--(int) {
            Place before = *this;
            --at_;
            return before;
        }
        Place &operator+=(difference_type by) {
            at_ += by;
            return *this;
        }
        Place &operator-=(difference_type by) { return *this += -by; }
        friend Place operator+(Place place, difference_type by) { return place += by; }
        friend Place operator+(difference_type by, Place place) { return place += by; }
        friend Place operator-(Place place, difference_type by) { return place -= by; }
        friend difference_type operator-(const Place &a, const Place &b) {
            return (difference_type)(a.at_ - b.at_);
        }
        friend bool operator==(const Place &a, const Place &b) { return a.at_ == b.at_; }
        friend bool operator!=(const Place &a, const Place &b) { return a.at_ != b.at_; }
        friend bool operator<(const Place &a, const Place &b) { return a.at_ < b.at_; }
        friend bool operator>(const Place &a, const Place &b) { return b < a; }
        friend bool operator<=(const Place &a, const Place &b) { return !(b < a); }
        friend bool operator>=(const Place &a, const Place &b) { return !(a < b); }

      private:
        template <typename OtherVector, typename OtherValue>
        friend class Place;
        Vector *vector_ = nullptr;
        std::size_t at_ = 0;
    };

  public:
    typedef T value_type;
    typedef Allocator allocator_type;
    typedef T &reference;
    typedef const T &const_reference;
    typedef std::size_t size_type;
    typedef std::ptrdiff_t difference_type;
    typedef Place<concurrent_vector, T> iterator;
    typedef Place<const concurrent_vector, const T> const_iterator;

    concurrent_vector() = default;
    explicit concurrent_vector(size_type count) : items_(count) {}
    concurrent_vector(size_type count, const T &value) : items_(count, value) {}
    concurrent_vector(std::initializer_list<T> values) : items_(values) {}
    concurrent_vector(const concurrent_vector &other) : items_(other.copy()) {}
    concurrent_vector(concurrent_vector &&other) { swap(other); }
    concurrent_vector &operator=(const concurrent_vector &other) {
        Items items = other.copy();
        items_.swap(items);
        return *this;
    }
    concurrent_vector &operator=(concurrent_vector &&other) {
        swap(other);
        return *this;
    }

    iterator push_back(const T &value) {
        std::lock_guard<std::mutex> guard(mutex_);
        items_.push_back(value);
        return iterator(this, items_.size() - 1);
    }
    iterator push_back(T &&value) {
        std::lock_guard<std::mutex> guard(mutex_);
        items_.push_back(std::move(value));
        return iterator(this, items_.size() - 1);
    }
    /* So many more at the end; the first of them. */
    iterator grow_by(size_type count) {
        std::lock_guard<std::mutex> guard(mutex_);
        size_type first = items_.size();
        for (; count > 0; count--)
            items_.emplace_back();
        return iterator(this, first);
    }
    iterator grow_to_at_least(size_type count) {
        std::lock_guard<std::mutex> guard(mutex_);
        size_type first = items_.size();
        while (items_.size() < count)
            items_.emplace_back();
        return iterator(this, first);
    }

    T &operator[](size_type at) {
        std::lock_guard<std::mutex> guard(mutex_);
        return items_[at];
    }
    const T &operator[](size_type at) const {
        std::lock_guard<std::mutex> guard(mutex_);
        return items_[at];
    }
    T &at(size_type at) {
        std::lock_guard<std::mutex> guard(mutex_);
        return items_.at(at);
    }
    const T &at(size_type at) const {
        std::lock_guard<std::mutex> guard(mutex_);
        return items_.at(at);
    }
    T &front() { return (*this)[0]; }
    const T &front() const { return (*this)[0]; }
    T &back() { return (*this)[size() - 1]; }
    const T &back() const { return (*this)[size() - 1]; }
    size_type size() const {
        std::lock_guard<std::mutex> guard(mutex_);
        return items_.size();
    }
    bool empty() const { return size() == 0; }
    size_type max_size() const { return items_.max_size(); }
    Allocator get_allocator() const { return items_.get_allocator(); }
    iterator begin() { return iterator(this, 0); }
    iterator end() { return iterator(this, size()); }
    const_iterator begin() const { return const_iterator(this, 0); }
    const_iterator end() const { return const_iterator(this, size()); }
    const_iterator cbegin() const { return begin(); }
    const_iterator cend() const { return end(); }

    /* These are for one thread alone. */
    void reserve(size_type) {}
    void shrink_to_fit() { items_.shrink_to_fit(); }
    void resize(size_type count) { items_.resize(count); }
    void resize(size_type count, const T &value) { items_.resize(count, value); }
    void clear() { items_.clear(); }
    void swap(concurrent_vector &other) { items_.swap(other.items_); }

  private:
    Items copy() const {
        std::lock_guard<std::mutex> guard(mutex_);
        return items_;
    }

    Items items_;
    mutable std::mutex mutex_;
};

}

namespace concurrency = Concurrency;

#endif
