// Words of Microsoft's language that need code: an exception that holds a text, as std::exception does
// in its library (the driver puts ours in its place), and __FUNCTIONW__.
#ifndef WINSOCK_LANGUAGE_HPP
#define WINSOCK_LANGUAGE_HPP

#include <exception>
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

} // namespace winsock
}

#endif
