// File streams whose paths are Windows' or Linux', narrow or wide, in place of the C++ library's of
// char and wchar_t. They are laid out alike: a reference to one goes wherever the library wants one.
#ifndef WINSOCK_FILE_STREAMS_HPP
#define WINSOCK_FILE_STREAMS_HPP

#include <istream>
#include <ostream>
#include <string>
#include <utility>
#include <winsock/next.hpp>

extern "C++" {
namespace winsock {

// A path of Windows' or of Linux', as Linux has it.
inline std::string stream_path(const char *path) {
    std::string text(path);
    divide(text);
    return text;
}

inline std::string stream_path(const wchar_t *path) {
    std::string text;
    for (; *path != 0; path++) {
        const unsigned long c = static_cast<unsigned long>(*path);
        if (c < 0x80) {
            text += c == '\\' ? '/' : static_cast<char>(c);
            continue;
        }
        const int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
        text += static_cast<char>((0xF0 << (3 - more) & 0xFF) | c >> 6 * more);
        for (int at = more - 1; at >= 0; at--)
            text += static_cast<char>(0x80 | (c >> 6 * at & 0x3F));
    }
    return text;
}

// What has a path as text: strings and the paths of <filesystem>.
template <typename P> inline auto stream_path(const P &path) -> decltype(stream_path(path.c_str())) {
    return stream_path(path.c_str());
}

// A stream of kind S on a file. Opened without a mode it has `USUAL`, and it always has `ALWAYS`.
template <typename C, typename S, std::ios_base::openmode USUAL, std::ios_base::openmode ALWAYS>
class file_stream : public S {
    std::basic_filebuf<C> file;

  public:
    file_stream() : S(nullptr), file() { this->init(&file); }
    template <typename P, typename = decltype(stream_path(std::declval<const P &>()))>
    explicit file_stream(const P &path, std::ios_base::openmode mode = USUAL) : file_stream() {
        open(path, mode);
    }
    file_stream(const file_stream &) = delete;
    file_stream(file_stream &&other) : S(std::move(other)), file(std::move(other.file)) {
        this->set_rdbuf(&file);
    }
    file_stream &operator=(const file_stream &) = delete;
    file_stream &operator=(file_stream &&other) {
        S::operator=(std::move(other));
        file = std::move(other.file);
        return *this;
    }
    void swap(file_stream &other) {
        S::swap(other);
        file.swap(other.file);
    }

    std::basic_filebuf<C> *rdbuf() const { return const_cast<std::basic_filebuf<C> *>(&file); }
    bool is_open() const { return file.is_open(); }
    template <typename P>
    auto open(const P &path, std::ios_base::openmode mode = USUAL)
        -> decltype(void(stream_path(path))) {
        if (file.open(stream_path(path).c_str(), mode | ALWAYS) != nullptr)
            this->clear();
        else
            this->setstate(std::ios_base::failbit);
    }
    void close() {
        if (file.close() == nullptr)
            this->setstate(std::ios_base::failbit);
    }
};

constexpr std::ios_base::openmode nothing_more = std::ios_base::openmode();

} // namespace winsock

namespace std {

extern template class basic_filebuf<char>;
extern template class basic_filebuf<wchar_t>;

#define WINSOCK_STREAM(NAME, C, KIND, USUAL, ALWAYS)                                               \
    template <>                                                                                    \
    class NAME<C> : public ::winsock::file_stream<C, KIND<C>, USUAL, ALWAYS> {                     \
        using base = ::winsock::file_stream<C, KIND<C>, USUAL, ALWAYS>;                            \
                                                                                                   \
      public:                                                                                      \
        using base::base;                                                                          \
        NAME() = default;                                                                          \
        NAME(NAME &&other) : base(std::move(other)) {}                                             \
        NAME &operator=(NAME &&other) {                                                            \
            base::operator=(std::move(other));                                                     \
            return *this;                                                                          \
        }                                                                                          \
        void swap(NAME &other) { base::swap(other); }                                              \
    };
WINSOCK_STREAM(basic_ifstream, char, basic_istream, ios_base::in, ios_base::in)
WINSOCK_STREAM(basic_ifstream, wchar_t, basic_istream, ios_base::in, ios_base::in)
WINSOCK_STREAM(basic_ofstream, char, basic_ostream, ios_base::out, ios_base::out)
WINSOCK_STREAM(basic_ofstream, wchar_t, basic_ostream, ios_base::out, ios_base::out)
WINSOCK_STREAM(basic_fstream, char, basic_iostream, ios_base::in | ios_base::out,
               ::winsock::nothing_more)
WINSOCK_STREAM(basic_fstream, wchar_t, basic_iostream, ios_base::in | ios_base::out,
               ::winsock::nothing_more)
#undef WINSOCK_STREAM

} // namespace std
}

#endif
