// std::filesystem::path of Windows' paths: a backslash becomes a slash wherever the library takes
// text for one. It does so in three functions of its own, which a program may replace; a path begins
// with its text.
#ifndef WINSOCK_PATHS_HPP
#define WINSOCK_PATHS_HPP
#if defined(__GLIBCXX__) && _GLIBCXX_USE_CXX11_ABI && __cplusplus >= 201703L

#include <string>
#include <string_view>
#include <winsock/next.hpp>

#define WINSOCK_SPLIT "_ZNSt10filesystem7__cxx114path14_M_split_cmptsEv"
#define WINSOCK_APPEND \
    "_ZNSt10filesystem7__cxx114path9_M_appendESt17basic_string_viewIcSt11char_traitsIcEE"
#define WINSOCK_CONCAT \
    "_ZNSt10filesystem7__cxx114path9_M_concatESt17basic_string_viewIcSt11char_traitsIcEE"

extern "C" {
void winsock_split_path(std::string *path) __asm__(WINSOCK_SPLIT);
void winsock_append_path(void *path, std::string_view text) __asm__(WINSOCK_APPEND);
void winsock_concat_path(void *path, std::string_view text) __asm__(WINSOCK_CONCAT);

__attribute__((weak, visibility("default"))) void winsock_split_path(std::string *path) {
    static const auto next = winsock::next(winsock_split_path, WINSOCK_SPLIT);
    winsock::divide(*path);
    next(path);
}

__attribute__((weak, visibility("default"))) void winsock_append_path(void *path,
                                                                      std::string_view text) {
    static const auto next = winsock::next(winsock_append_path, WINSOCK_APPEND);
    std::string divided(text);
    winsock::divide(divided);
    next(path, divided);
}

__attribute__((weak, visibility("default"))) void winsock_concat_path(void *path,
                                                                      std::string_view text) {
    static const auto next = winsock::next(winsock_concat_path, WINSOCK_CONCAT);
    std::string divided(text);
    winsock::divide(divided);
    next(path, divided);
}
}

#undef WINSOCK_SPLIT
#undef WINSOCK_APPEND
#undef WINSOCK_CONCAT

#endif
#endif
