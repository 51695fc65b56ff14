/* What the driver puts before every file of a Windows program. */
#ifndef WINSOCK_PREFIX_H
#define WINSOCK_PREFIX_H

/* C of 1990 has no such word, and headers need it. */
#if !defined(__cplusplus) && defined(__STRICT_ANSI__) && __STDC_VERSION__ + 0 < 199901L
#define inline __inline__
#endif

/* Headers that programs forget, because Microsoft's bring each other along. */
#ifdef __cplusplus
#include <winsock/language.hpp>
#include <crtdbg.h>
#include <climits>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <string>
#include <typeinfo>
#include <vector>
#else
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#endif

/* What other Windows compilers say of time.h, and programs that have a struct of their own ask. */
#define _TIMESPEC_DEFINED
#ifndef HAVE_STRUCT_TIMESPEC
#define HAVE_STRUCT_TIMESPEC
#endif

/* Boost declares functions of Windows itself, by types that are as wide and not the same here,
   unless it is told to ask windows.h. */
#if defined(__cplusplus) && !defined(BOOST_USE_WINDOWS_H)
#define BOOST_USE_WINDOWS_H
#endif

/* A program that asks which system this is means which interface. The compiler's own headers have
   asked by now. */
#undef linux
#undef unix
#undef __linux
#undef __linux__
#undef __unix
#undef __unix__
#undef __gnu_linux__

#if defined(__x86_64__)
#define _M_X64 100
#define _M_AMD64 100
#elif defined(__aarch64__)
#define _M_ARM64 1
#endif

/* Words of Microsoft's language, which need no header there. */
#include <winsock/words.h> /* not minwindef.h: the program has yet to say whether it is UNICODE */
#include <excpt.h>
#ifndef __cplusplus /* there they are names of variables in the standard library */
#define __in
#define __out
#endif
#define __ptr64
#define __ptr32
#define __unaligned
#define __w64
#define __assume(what) ((void)0)
#if defined(__x86_64__)
#define __debugbreak() __asm__ volatile("int3")
#else
#define __debugbreak() __builtin_trap()
#endif
#define __noop(...) ((void)0)
#define _alloca(bytes) __builtin_alloca(bytes)
#if defined(__clang__) && __has_builtin(_rotl) /* -fms-extensions: it has some of these words */
#define WINSOCK_SUPER(...)
#else
#define __FUNCSIG__ __PRETTY_FUNCTION__
#define __pragma(what) _Pragma(#what)
#define WINSOCK_SUPER(...) typedef __VA_ARGS__ __super; /* what winsock-cc puts into a class */
#endif
#ifdef __cplusplus
/* And so TEXT(__FUNCTION__), which is no literal here. */
#define __FUNCTIONW__ (::winsock::wide<__LINE__>(__FUNCTION__, [] {}))
#define L__FUNCTION__ __FUNCTIONW__
#endif

/* The libraries that a source asks for, told to whoever links the object. */
#ifdef WINSOCK_LIBRARIES
__asm__(".section .winsock.libraries,\"e\",@progbits\n.asciz \"winsock-libraries:" WINSOCK_LIBRARIES
        "\"\n.previous");
#endif

#if defined(__has_include)
#if __has_include(<winsock/crt.h>)
#include <winsock/crt.h>
#endif
#endif

#endif
