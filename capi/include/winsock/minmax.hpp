// min and max without macros, which would break the C++ library: std's, and ones for operands of
// two different types.
#ifndef WINSOCK_MINMAX_HPP
#define WINSOCK_MINMAX_HPP

#include <algorithm>
#include <type_traits>

extern "C++" {
using std::max;
using std::min;

template <class A, class B>
constexpr typename std::enable_if<!std::is_same<A, B>::value && std::is_arithmetic<A>::value &&
                                      std::is_arithmetic<B>::value,
                                  typename std::common_type<A, B>::type>::type
max(const A &a, const B &b) {
    return a > b ? a : b;
}

template <class A, class B>
constexpr typename std::enable_if<!std::is_same<A, B>::value && std::is_arithmetic<A>::value &&
                                      std::is_arithmetic<B>::value,
                                  typename std::common_type<A, B>::type>::type
min(const A &a, const B &b) {
    return a < b ? a : b;
}
}

#endif
