/* Programs begun with words that are arguments, and those that this process becomes: all over
   _spawnve and _spawnvpe, and their wide forms. */
#include "crt.h"

#define OVERLAY 2

intptr_t _spawnve(int, const char *, const char *const *, const char *const *);
intptr_t _spawnvpe(int, const char *, const char *const *, const char *const *);
intptr_t _wspawnve(int, const wchar_t *, const wchar_t *const *, const wchar_t *const *);
intptr_t _wspawnvpe(int, const wchar_t *, const wchar_t *const *, const wchar_t *const *);

/* What a function of this head does: gathers the words up to the NULL, and the environment behind
   it if there is one. */
#define GATHERED(C, mode, begin, has_environment)                      \
    {                                                                  \
        va_list rest;                                                  \
        size_t count = 1;                                              \
        va_start(rest, first);                                         \
        for (const C *word = first; word != NULL; count++)             \
            word = va_arg(rest, const C *);                            \
        va_end(rest);                                                  \
        const C *words[count];                                         \
        words[0] = first;                                              \
        va_start(rest, first);                                         \
        for (size_t at = 1; at < count; at++)                          \
            words[at] = va_arg(rest, const C *);                       \
        const C *const *environment = NULL;                            \
        if (has_environment)                                           \
            environment = va_arg(rest, const C *const *);              \
        va_end(rest);                                                  \
        return begin(mode, path, words, environment);                  \
    }

#define LISTED(C, spawn, exec, begin, has_environment)                 \
    intptr_t spawn(int mode, const C *path, const C *first, ...)       \
        GATHERED(C, mode, begin, has_environment)                      \
    intptr_t exec(const C *path, const C *first, ...)                  \
        GATHERED(C, OVERLAY, begin, has_environment)

LISTED(char, _spawnl, _execl, _spawnve, 0)
LISTED(char, _spawnle, _execle, _spawnve, 1)
LISTED(char, _spawnlp, _execlp, _spawnvpe, 0)
LISTED(char, _spawnlpe, _execlpe, _spawnvpe, 1)
LISTED(wchar_t, _wspawnl, _wexecl, _wspawnve, 0)
LISTED(wchar_t, _wspawnle, _wexecle, _wspawnve, 1)
LISTED(wchar_t, _wspawnlp, _wexeclp, _wspawnvpe, 0)
LISTED(wchar_t, _wspawnlpe, _wexeclpe, _wspawnvpe, 1)

#define VECTOR(C, spawn, exec, exec_with_environment, begin)                                       \
    intptr_t spawn(int mode, const C *path, const C *const *words) {                               \
        return begin(mode, path, words, NULL);                                                     \
    }                                                                                              \
    intptr_t exec(const C *path, const C *const *words) {                                          \
        return begin(OVERLAY, path, words, NULL);                                                  \
    }                                                                                              \
    intptr_t exec_with_environment(const C *path, const C *const *words, const C *const *environment) { \
        return begin(OVERLAY, path, words, environment);                                           \
    }

VECTOR(char, _spawnv, _execv, _execve, _spawnve)
VECTOR(char, _spawnvp, _execvp, _execvpe, _spawnvpe)
VECTOR(wchar_t, _wspawnv, _wexecv, _wexecve, _wspawnve)
VECTOR(wchar_t, _wspawnvp, _wexecvp, _wexecvpe, _wspawnvpe)
