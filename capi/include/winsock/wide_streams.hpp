// wcout, wcerr, wclog and wcin on the C streams, as UTF-8: the C++ library's own would take a stream
// for themselves, fail when it has been used for narrow text, and know no character but by a locale.
#ifndef WINSOCK_WIDE_STREAMS_HPP
#define WINSOCK_WIDE_STREAMS_HPP

#include <cstdio>
#include <cwchar>
#include <iostream>
#include <new>
#include <streambuf>

extern "C++" {
namespace winsock {

class wide_buffer : public std::wstreambuf {
    FILE *file;
    wint_t last;

  protected:
    int_type overflow(int_type c) override {
        return c == WEOF ? (sync() == 0 ? 0 : WEOF) : ::fputwc((wchar_t)c, file);
    }
    std::streamsize xsputn(const wchar_t *text, std::streamsize count) override {
        std::streamsize at = 0;
        while (at < count && ::fputwc(text[at], file) != WEOF)
            at++;
        return at;
    }
    int sync() override { return std::fflush(file); }
    int_type underflow() override { return ::ungetwc(::fgetwc(file), file); }
    int_type uflow() override { return last = ::fgetwc(file); }
    int_type pbackfail(int_type c) override {
        wint_t back = ::ungetwc(c == WEOF ? last : c, file);
        last = WEOF;
        return back;
    }

  public:
    explicit wide_buffer(FILE *file) : file(file), last(WEOF) {}
};

// Set once, before anything of a file that includes this; never gone, for what writes at the end.
struct wide_streams {
    wide_streams() {
        static const bool set = replace();
        (void)set;
    }

  private:
    static bool replace() {
        std::wcout.rdbuf(new wide_buffer(stdout));
        std::wcerr.rdbuf(new wide_buffer(stderr));
        std::wclog.rdbuf(new wide_buffer(stderr));
        std::wcin.rdbuf(new wide_buffer(stdin));
        return true;
    }
};
static wide_streams wide_streams_are_set;

} // namespace winsock
}

#endif
