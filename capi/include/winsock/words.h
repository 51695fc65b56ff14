/* Words of Microsoft's language, which need no header there. */
#ifndef WINSOCK_WORDS_H
#define WINSOCK_WORDS_H

/* Calling conventions: there is one. */
#ifndef __stdcall
#define __stdcall
#endif
#ifndef __cdecl
#define __cdecl
#endif
#ifndef __fastcall
#define __fastcall
#endif
#ifndef __vectorcall
#define __vectorcall
#endif
#ifndef __thiscall
#define __thiscall
#endif
#define _stdcall
#define _cdecl
#define _fastcall

#ifndef __forceinline
#define __forceinline inline __attribute__((__always_inline__))
#endif
#ifndef _inline
#define _inline inline
#endif

/* __declspec: what has a meaning here is said in this compiler's words. */
#define __winsock_declspec_align(bytes) __attribute__((__aligned__(bytes)))
#define __winsock_declspec_dllexport __attribute__((__visibility__("default")))
#define __winsock_declspec_dllimport
#define __winsock_declspec_noreturn __attribute__((__noreturn__))
#define __winsock_declspec_noinline __attribute__((__noinline__))
#define __winsock_declspec_nothrow __attribute__((__nothrow__))
#define __winsock_declspec_novtable
#define __winsock_declspec_empty_bases
#define __winsock_declspec_selectany __attribute__((__weak__))
#define __winsock_declspec_thread __thread
#define __winsock_declspec_restrict
#define __winsock_declspec_noalias
#define __winsock_declspec_safebuffers
#define __winsock_declspec_deprecated __attribute__((__deprecated__))
#define __winsock_declspec_allocate(name)
#define __winsock_declspec_uuid(name)
#undef __declspec
#define __declspec(what) __winsock_declspec_##what

#endif
