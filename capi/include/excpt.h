/* Structured exceptions. winsock-cc makes of __try what is below: handlers, filters and termination
   handlers run as on Windows. These words alone, without winsock-cc, take such blocks and raise
   nothing: a handler never runs, and a termination handler runs when its block ends or is left by
   __leave. */
#ifndef _INC_EXCPT
#define _INC_EXCPT

#define EXCEPTION_EXECUTE_HANDLER 1
#define EXCEPTION_CONTINUE_SEARCH 0
#define EXCEPTION_CONTINUE_EXECUTION (-1)

/* A block of __try while it runs: what its filter is told, and what the library keeps of it. */
struct _EXCEPTION_POINTERS;
struct winsock_frame {
    struct _EXCEPTION_POINTERS *pointers;
    unsigned int code;
    int is_last;
    void *hidden[28];
};

#ifdef __cplusplus
extern "C" {
#endif
/* 0; and again for the filter (1) and the handler (2), or for the block behind __finally (1). */
int _seh_enter(struct winsock_frame *frame, int is_last) __attribute__((__returns_twice__));
void _seh_pop(struct winsock_frame *const *frame);
void _seh_answer(struct winsock_frame *frame, int answer) __attribute__((__noreturn__));
int _seh_caught(struct winsock_frame *frame);
#ifdef __cplusplus
}
#endif

/* What winsock-cc makes of __try. The frame has a size that nobody knows before, so that the
   function finds its variables without the stack pointer. __leave goes to winsock_left. */
#define winsock_block(is_last) \
    int winsock_phase = 1; \
    struct winsock_frame winsock_room[winsock_phase]; \
    struct winsock_frame *const winsock_frame __attribute__((__cleanup__(_seh_pop), __unused__)) = winsock_room; \
    winsock_phase = _seh_enter(winsock_frame, is_last);
/* And around the function, which is not optimised: what its variables are when something fails is
   what they are in the handler. */
#ifdef __clang__
#define winsock_as_written _Pragma("clang optimize off")
#define winsock_optimised _Pragma("clang optimize on")
#else
#define winsock_as_written _Pragma("GCC push_options") _Pragma("GCC optimize(\"O0\")")
#define winsock_optimised _Pragma("GCC pop_options")
#endif
/* The block may go on when its filter has run. */
#define winsock_filtered(...) \
    if (winsock_phase == 1) \
        _seh_answer(winsock_frame, (winsock_phase = 0, __VA_ARGS__)); \
    if (winsock_phase == 2)

#ifdef __cplusplus
/* As the C++ library itself defines its `__try`: the two live together in any order. */
#ifdef __cpp_exceptions
#if __has_include(<bits/cxxabi_forced.h>)
#include <bits/cxxabi_forced.h>
/* The end of a thread, which nobody may catch. */
#define winsock_forced catch (const ::__cxxabiv1::__forced_unwind &) { throw; }
#else
#define winsock_forced
#endif

extern "C++" {
struct winsock_leave {};

/* What winsock-cc makes of __finally. */
template <class Function>
class winsock_last_call {
  public:
    explicit winsock_last_call(Function function) : function_(function), due_(true) {}
    winsock_last_call(winsock_last_call &&other) : function_(other.function_), due_(other.due_) {
        other.due_ = false;
    }
    ~winsock_last_call() noexcept(false) {
        if (due_)
            function_();
    }
    void now() {
        due_ = false;
        function_();
    }

  private:
    Function function_;
    bool due_;
};
struct winsock_at_end {};
template <class Function>
inline winsock_last_call<Function> operator+(winsock_at_end, Function function) {
    return winsock_last_call<Function>(function);
}
}
#ifndef __try
#define __try try
#endif
#define __finally catch (const ::winsock_leave &) {}
#ifdef WINSOCK_PREFIX_H
/* In what winsock-cc does not read, a header of the system's: no handler runs there. */
#define __except(filter) catch (const ::winsock_leave &) {} if (false)
#else
#define __except(filter) catch (const ::winsock_leave &) {} if (false && (filter))
#endif
#define __leave throw ::winsock_leave()
#define winsock_try \
    winsock_block(0) if (winsock_phase == 0) try
/* A C++ exception that comes out of the block: its destructors have run when the filter does. */
#define winsock_except(...) \
    catch (const ::winsock_leave &) {} \
    winsock_forced \
    catch (...) { \
        if (!_seh_caught(winsock_frame)) \
            throw; \
        winsock_phase = 2; \
    } \
    winsock_filtered(__VA_ARGS__)
#endif
#else
#define __try do
#define __finally while (0);
#ifdef WINSOCK_PREFIX_H
#define __except(filter) while (0); if (0)
#else
#define __except(filter) while (0); if (0 && (filter))
#endif
#define __leave break
#define winsock_try winsock_block(0) if (winsock_phase == 0)
#define winsock_except(...) winsock_filtered(__VA_ARGS__)
/* What winsock-cc makes of AbnormalTermination in a function for a block behind __finally. */
#define winsock_asked() (*winsock_was)
#endif

#ifdef WINSOCK_PREFIX_H
#define GetExceptionCode() (winsock_frame->code)
#define GetExceptionInformation() (winsock_frame->pointers)
#define AbnormalTermination() (winsock_phase)
#else
#define GetExceptionCode() ((unsigned int)0)
#define GetExceptionInformation() ((struct _EXCEPTION_POINTERS *)0)
#define AbnormalTermination() (0)
#endif
#define _exception_code GetExceptionCode
#define _exception_info GetExceptionInformation
#define _abnormal_termination AbnormalTermination

#endif
