// An exception that holds a text, as std::exception does in Microsoft's library: the driver puts it in
// the place of `std::exception("...")`.
#ifndef WINSOCK_EXCEPTION_HPP
#define WINSOCK_EXCEPTION_HPP

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

} // namespace winsock
}

#endif
