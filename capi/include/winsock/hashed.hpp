// What <hash_map> and <hash_set> share: a comparison that is also a hash function, for containers
// that want two.
#ifndef WINSOCK_HASHED_HPP
#define WINSOCK_HASHED_HPP

#include <functional>
#include <memory>
#include <string>
#include <utility>

extern "C++" {
namespace stdext {

template <class K>
inline size_t hash_value(const K &key) {
    return std::hash<K>()(key);
}
inline size_t hash_value(const char *text) { return std::hash<std::string>()(text); }
inline size_t hash_value(const wchar_t *text) { return std::hash<std::wstring>()(text); }

template <class K, class P = std::less<K> >
class hash_compare {
    P less;

  public:
    enum { bucket_size = 1, min_buckets = 8 };
    hash_compare() : less() {}
    hash_compare(P less) : less(less) {}
    size_t operator()(const K &key) const { return hash_value(key); }
    bool operator()(const K &left, const K &right) const { return less(left, right); }
};

template <class C>
struct winsock_hash {
    template <class K>
    size_t operator()(const K &key) const {
        return C()(key);
    }
};

template <class C>
struct winsock_equal {
    template <class K>
    bool operator()(const K &left, const K &right) const {
        C less;
        return !less(left, right) && !less(right, left);
    }
};

} // namespace stdext
}

#endif
