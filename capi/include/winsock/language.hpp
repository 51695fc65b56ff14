// Words of Microsoft's language that need code: an exception that holds a text, as std::exception does
// in its library (the driver puts ours in its place), __FUNCTIONW__, and std::tr1.
#ifndef WINSOCK_LANGUAGE_HPP
#define WINSOCK_LANGUAGE_HPP

#include <exception>
#include <locale.h>
#include <pthread.h>
#include <string>

extern "C++" {
namespace winsock {

class exception : public std::exception {
    std::string text;

  public:
    exception() : text("Unknown exception") {}
    exception(const char *text) : text(text ? text : "Unknown exception") {}
    exception(const char *text, int) : text(text) {}
    exception(const std::exception &other) : text(other.what()) {}
    const char *what() const noexcept override { return text.c_str(); }
};

// A name in wide characters, kept for the place that asks: each has a type of its own.
template <int Line, class Place>
inline const wchar_t *wide(const char *name, Place) {
    static const std::wstring text(name, name + std::char_traits<char>::length(name));
    return text.c_str();
}

// A name between literals, which here are not joined; the driver puts this around them.
template <int Line, class Place>
inline const char *joined(Place, const char *before, const char *name, const char *behind) {
    static const std::string text = std::string(before) + name + behind;
    return text.c_str();
}

// A locale's name as the C++ library here takes it; the driver puts this around the names of a program.
inline const char *locale_name(const char *name) {
    if (locale_t known = newlocale(LC_ALL_MASK, name, (locale_t)0)) {
        freelocale(known);
        return name;
    }
    locale_t windows = _create_locale(LC_ALL, name);
    _free_locale(windows);
    return windows ? "C.UTF-8" : name;
}

// native_handle() of a std::thread is a HANDLE there; the driver puts `% ::winsock::as_handle` behind
// it. Not to be closed, as there. What is no thread stays as it is.
enum as_handle_t { as_handle };
inline void *handle_of(pthread_t thread); // thread_handle.hpp
inline void *operator%(pthread_t thread, as_handle_t) { return handle_of(thread); }
inline void *operator%(void *thread, as_handle_t) { return handle_of((pthread_t)thread); }
template <class T>
inline T operator%(T other, as_handle_t) {
    return other;
}

} // namespace winsock

// Where the library's names were before C++11.
namespace std {
namespace tr1 {
using namespace std;
}
}
}

#endif
