// The C++ library's own function behind one of the program's that has its name.
#ifndef WINSOCK_NEXT_HPP
#define WINSOCK_NEXT_HPP

#include <string>

extern "C" void *dlsym(void *, const char *) noexcept;

namespace winsock {

template <class Function> Function *next(Function *, const char *name) {
    return reinterpret_cast<Function *>(dlsym(reinterpret_cast<void *>(-1l), name)); // RTLD_NEXT
}

inline void divide(std::string &path) {
    for (char &c : path)
        if (c == '\\')
            c = '/';
}

} // namespace winsock

#endif
