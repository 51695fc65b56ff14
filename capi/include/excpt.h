/* Structured exceptions. Linux raises none, so a handler never runs. A termination handler runs
   when its block ends or is left by __leave; winsock-cc sees to it that it also runs when the block
   is left by return, another jump or a C++ exception, which these words alone cannot. */
#ifndef _INC_EXCPT
#define _INC_EXCPT

#define EXCEPTION_EXECUTE_HANDLER 1
#define EXCEPTION_CONTINUE_SEARCH 0
#define EXCEPTION_CONTINUE_EXECUTION (-1)

#ifdef __cplusplus
/* As the C++ library itself defines its `__try`: the two live together in any order. */
#ifdef __cpp_exceptions
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
#define __except(filter) catch (const ::winsock_leave &) {} if (false && (filter))
#define __leave throw ::winsock_leave()
#endif
#else
#define __try do
#define __finally while (0);
#define __except(filter) while (0); if (0 && (filter))
#define __leave break
/* What winsock-cc makes of __except, and of AbnormalTermination where it can be. */
#define winsock_except(filter) if (0 && (filter))
#define winsock_asked() (*winsock_was)
#endif

#define GetExceptionCode() ((DWORD)0)
#define GetExceptionInformation() ((struct _EXCEPTION_POINTERS *)0)
#define AbnormalTermination() (0)
#define _exception_code GetExceptionCode
#define _exception_info GetExceptionInformation
#define _abnormal_termination AbnormalTermination

#endif
