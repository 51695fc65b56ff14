// The C++ library's files with paths of Windows': it opens all of them by one function of its own,
// which a program may replace. A backslash separates there as a slash does, and then the library's
// function is called.
#ifndef WINSOCK_STREAMS_HPP
#define WINSOCK_STREAMS_HPP
#ifdef __GLIBCXX__

#include <ios>
#include <string>
#include <winsock/next.hpp>

extern "C" {
void *winsock_open_file(void *file, const char *path, std::ios_base::openmode mode, int rights)
    __asm__("_ZNSt12__basic_fileIcE4openEPKcSt13_Ios_Openmodei");

__attribute__((weak, visibility("default"))) void *
winsock_open_file(void *file, const char *path, std::ios_base::openmode mode, int rights) {
    static const auto next = winsock::next(
        winsock_open_file, "_ZNSt12__basic_fileIcE4openEPKcSt13_Ios_Openmodei");
    std::string divided = path;
    winsock::divide(divided);
    return next(file, divided.c_str(), mode, rights);
}
}

#endif
#endif
