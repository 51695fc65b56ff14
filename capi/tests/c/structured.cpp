// Structured exceptions beside C++'s own: in members, templates, lambdas, and one by way of the other.
#include <windows.h>
#include <stdexcept>
#include <stdio.h>

static volatile int *volatile nowhere;
static void fails() { *nowhere = 1; }

struct D {
    ~D() { printf("~D "); }
};
static void throws() {
    D d;
    throw std::runtime_error("thrown");
}

namespace games {
class Session {
  public:
    explicit Session(int n) : n{n}, other{n} {
        __try {
            fails();
        } __except (1) {
            this->n = 5;
        }
    }
    int run() const noexcept(false);
    int handle() {
        __try {
            n++;
            throws();
        } __except (printf("filter "), EXCEPTION_EXECUTE_HANDLER) {
            printf("%X %d\n", (unsigned)GetExceptionCode(), n);
        }
        return n;
    }

  private:
    int n, other;
};

int Session::run() const noexcept(false) {
    try {
        __try {
            throw std::runtime_error("thrown");
        } __except (EXCEPTION_CONTINUE_SEARCH) {
            printf("never");
        }
    } catch (std::exception &e) {
        printf("caught %s\n", e.what());
    }
    try {
        D d;
        __try {
            fails();
        } __except (throw 5, 1) {
            printf("never");
        }
    } catch (int n) {
        printf("from a filter %d\n", n);
    }
    for (int i = 0; i < 5; i++) {
        __try {
            if (i == 1)
                continue;
            if (i == 4)
                break;
            if (i == 3)
                __leave;
            fails();
        } __except (1) {
            printf("%d ", i);
            continue;
        }
        printf("3 ");
    }
    printf("\n");
    return 0;
}
} // namespace games

template <class T>
static T changed(T x) {
    __try {
        x = 7;
        fails();
        x = 8;
    } __except (1) {
        return x;
    }
    return 0;
}

static void last() {
    __try {
        __try {
            fails();
        } __finally {
            printf("{");
            // A block within.
            __try {
                fails();
            } __except (1) {
                printf("[%d]", AbnormalTermination());
            }
            printf("}");
        }
    } __finally {
        printf("{[%d]}", AbnormalTermination() != 0);
    }
}

int main() {
    setvbuf(stdout, NULL, _IONBF, 0);
    games::Session session(1);
    session.handle();
    session.run();
    printf("%d %d\n", changed(1), (int)changed(1L));
    __try {
        last();
    } __except (1) {
        printf("handled\n");
    }
    auto lambda = [](int x) {
        __try {
            x = 2;
            fails();
        } __except (1) {
            printf("lambda %d\n", x);
        }
    };
    lambda(1);
    try {
        __try {
            D d;
            throw 4;
        } __finally {
            printf("last ");
        }
    } catch (int n) {
        printf("caught %d\n", n);
    }
    // Nobody's but the structured ones': catch (...) does not see them.
    __try {
        try {
            fails();
        } catch (...) {
            printf("never");
        }
    } __except (1) {
        printf("ended\n");
    }
}
