//! winsock-cc takes what Windows' compilers take.

mod compiler;

use std::fs;

use compiler::{DRIVER, Folder, library, promised, run};

/// Compiles `main.cpp` or `main.c` of a folder, runs the program and gives what it prints.
fn built(folder: &Folder, source: &str) -> String {
    library();
    let compiled = run(DRIVER, &[source, "-o", "program", "-I", "include"], folder.path());
    compiled.unwrap_or_else(|why| panic!("{why}"));
    let ran = run(folder.path().join("program"), &[], folder.path());
    ran.unwrap_or_else(|why| panic!("{why}"))
}

fn encoded(charset: &str, text: &str) -> Vec<u8> {
    let encoding = encoding_rs::Encoding::for_label(charset.as_bytes()).expect("a known charset");
    encoding.encode(text).0.into_owned()
}

const KOREAN: &str =
    "// 서버를 시작한다\n#include <stdio.h>\nint main(void) { puts(\"접속 대기\"); return 0; }\n";

#[test]
fn korean_sources_print_utf8() {
    for charset in ["euc-kr", "utf-8"] {
        let folder = Folder::new();
        folder.write("main.c", encoded(charset, KOREAN));
        assert_eq!(built(&folder, "main.c"), "접속 대기\n", "{charset}");
    }
}

#[test]
fn utf16_sources_are_read() {
    let folder = Folder::new();
    let words = format!("\u{feff}{KOREAN}");
    folder.write("main.c", words.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    assert_eq!(built(&folder, "main.c"), "접속 대기\n");
}

#[test]
fn chinese_sources_print_utf8() {
    let folder = Folder::new();
    let text = "#include <stdio.h>\n// 创建监听套接字，等待客户端的连接请求\n\
                int main(void) { puts(\"服务器启动成功\"); return 0; }\n";
    folder.write("main.c", encoded("gbk", text));
    assert_eq!(built(&folder, "main.c"), "服务器启动成功\n");
}

/// Compiles a file with the compiler that the environment names; the program's output.
fn built_by(folder: &Folder, source: &str, compiler: &str, options: &[&str]) -> String {
    library();
    let folder = folder.path();
    let mut command = std::process::Command::new(DRIVER);
    command.current_dir(folder).env("WINSOCK_CXX", compiler).env("WINSOCK_CC", compiler);
    let compiled = command.args(options).args([source, "-o", "program"]).output();
    let compiled = compiled.unwrap_or_else(|why| panic!("{why}"));
    let said = String::from_utf8_lossy(&compiled.stderr);
    assert!(compiled.status.success(), "{compiler} {options:?}: {said}");
    run(folder.join("program"), &[], folder).unwrap_or_else(|why| panic!("{compiler}: {why}"))
}

#[test]
fn a_function_may_end_without_its_value() {
    let folder = Folder::new();
    folder.write(
        "main.cpp",
        "#include <windows.h>\n#include <stdio.h>\n\
         COORD place(int x) { COORD at{x, 0}; return at; }\n\
         __declspec(noinline) int one(int a) { printf(\"one\\n\"); if (a == 1) return 5; }\n\
         __declspec(noinline) int two() { printf(\"two\\n\"); return 7; }\n\
         int (*use)() = two;\n\
         void main() { one(0); one(1); printf(\"end\\n\"); if (use() == 7) return; }\n",
    );
    for compiler in compiler::present(&["g++", "clang++"]) {
        for level in ["-O0", "-O2"] {
            let options = ["-w", "-x", "c++", level, "-lstdc++"];
            assert_eq!(built_by(&folder, "main.cpp", compiler, &options), "one\none\nend\ntwo\n");
        }
    }
}

#[test]
fn functions_of_c_may_be_called_above() {
    let folder = Folder::new();
    folder.write(
        "main.c",
        "#include <windows.h>\n#include <stdio.h>\n\
         void main()\n{\n    show(\"total\", add(3, 4));\n}\n\
         void show(const char *what,\n          DWORD value)\n\
         { printf(\"%s %lu\\n\", what, value); }\n\
         int add(a, b) int a; int b; { return a + b; }\n",
    );
    assert_eq!(built(&folder, "main.c"), "total 7\n");
}

#[test]
fn types_of_libc_may_be_defined_again() {
    let text = "#include <winsock2.h>\n#include <stdio.h>\n#include <sys/types.h>\n\
                typedef unsigned __int64 uint64_t;\ntypedef __int64 int64_t;\n\
                typedef unsigned long uint32_t;\ntypedef char int8_t;\ntypedef int ssize_t;\n\
                typedef unsigned short mode_t;\ntypedef unsigned short uint;\n\
                typedef DWORD ulong;\ntypedef ULONGLONG quad_t;\n\
                #ifndef _TIMESPEC_DEFINED\nstruct timespec { long tv_sec, tv_nsec; };\n#endif\n\
                int main(void) { printf(\"%d %d %d %d\\n\", (int)sizeof(uint64_t), \
                (int)sizeof(uint32_t), (int)sizeof(uint), (int)sizeof(ulong)); return 0; }\n";
    for source in ["main.c", "main.cpp"] {
        let folder = Folder::new();
        folder.write(source, text);
        assert_eq!(built(&folder, source), "8 4 2 4\n", "{source}");
    }
}

#[test]
fn a_source_in_c_may_forget_headers() {
    let folder = Folder::new();
    folder.write(
        "main.c",
        "#include <stdio.h>\n#include <winsock2.h>\n\
         int main(void)\n{\n    char text[] = \"a1\";\n    _putch(toupper(text[0]));\n    \
         write(1, isdigit(text[1]) ? \"\" : \"?\", 0);\n    \
         if (kbhit() && 0) getch();\n    fflush(stdout);\n    \
         return write(1, \"\\n\", 1) == 1 && INT_MAX > 0 ? 0 : 1;\n}\n",
    );
    assert_eq!(built(&folder, "main.c"), "A\n");
}

#[test]
fn includes_may_have_backslashes_and_any_case() {
    let folder = Folder::new();
    folder.write(
        "main.cpp",
        "#include \"Net\\Session.h\"\n#include <WinSock2.H>\n\
                              #include <WS2tcpip.h>\n#include <Common.h>\n#include <IOStream>\n\
                              int main()\n\
                              { std::cout << sizeof(SOCKET) + SESSION + COMMON << '\\n'; }\n",
    );
    folder.write(
        "net/session.h",
        "#pragma once\n#include \"..\\SHARED.H\"\n#define SESSION SHARED\n",
    );
    folder.write("shared.h", "#define SHARED 30\n");
    folder.write("include/common.h", "#define COMMON 4\n");
    assert_eq!(built(&folder, "main.cpp"), "42\n");
}

#[test]
fn a_copy_speaks_of_the_file_it_stands_for() {
    let folder = Folder::new();
    folder
        .write("main.c", "#include \"A.h\"\n#include <WINDOWS.H>\nint f(void) { return oops; }\n");
    folder.write("a.h", "");
    let why = run(DRIVER, &["-c", "main.c"], folder.path()).expect_err("there is no oops");
    assert!(why.contains("main.c:3:"), "{why}");
}

#[test]
fn a_language_that_is_forced_is_not_the_librarys() {
    library();
    let folder = Folder::new();
    folder.write(
        "text",
        "#include <string>\nint main() { return (int)std::string(1, 'x').size() - 1; }\n",
    );
    for forced in [&["-x", "c++"][..], &["-xc++"]] {
        let line = [forced, &["text", "-o", "program", "-lstdc++"]].concat();
        run(DRIVER, &line, folder.path()).unwrap_or_else(|why| panic!("{why}"));
        run(folder.path().join("program"), &[], folder.path()).expect("it runs");
    }
}

#[test]
fn every_spelling_and_charset_at_once() {
    let folder = Folder::new();
    let main = "#pragma comment(lib, \"WS2_32\")\n#include \"Sub\\Korean.H\"\n\
                #include \"sub/CHINESE.h\"\n#include \".\\SUB\\Wide.h\"\n#include <WinSock2.h>\n\
                #include <stdio.h>\nint main(void)\n\
                { printf(\"%s %s %s\\n\", KOREAN, CHINESE, WIDE); return 0; }\n";
    folder.write("main.c", encoded("euc-kr", &format!("// 접속을 기다린다\r\n{main}")));
    folder.write("sub/korean.h", encoded("euc-kr", "#define KOREAN \"접속\" // 연결되었다\n"));
    let chinese = "// 创建监听套接字，等待客户端的连接请求\n#define CHINESE \"服务器启动成功\"\n";
    folder.write("sub/chinese.h", encoded("gbk", chinese));
    let wide = "\u{feff}#define WIDE \"넓은\"\n";
    let wide: Vec<u8> = wide.encode_utf16().flat_map(u16::to_be_bytes).collect();
    folder.write("sub/wide.h", wide);
    assert_eq!(built(&folder, "main.c"), "접속 服务器启动成功 넓은\n");
}

#[test]
fn dependencies_name_the_files_and_not_their_copies() {
    let folder = Folder::new();
    folder.write("main.c", "#include \"A.h\"\nint a;\n");
    folder.write("a.h", "");
    run(DRIVER, &["-MD", "-MF", "out.d", "-c", "main.c"], folder.path()).expect("it compiles");
    let text = fs::read_to_string(folder.path().join("out.d")).expect("it is written");
    assert!(
        text.contains("main.c") && text.contains("a.h") && !text.contains("winsock-cc-"),
        "{text}"
    );
}

#[test]
fn libraries_of_windows_are_taken_by_every_name() {
    library();
    let folder = Folder::new();
    folder.write(
        "main.c",
        "#pragma comment(lib, \"Ws2_32.lib\")\n#include <winsock2.h>\n\
                            int main(void) { WSADATA data; return WSAStartup(0x202, &data); }\n",
    );
    let arguments = ["main.c", "ws2_32.lib", "-lmswsock", "-o", "program"];
    run(DRIVER, &arguments, folder.path()).unwrap_or_else(|why| panic!("{why}"));
    run(folder.path().join("program"), &[], folder.path()).unwrap_or_else(|why| panic!("{why}"));
}

#[test]
fn a_static_program_needs_no_library() {
    library();
    let folder = Folder::new();
    folder.write(
        "main.c",
        "#include <winsock2.h>\nint main(void) { WSADATA d; return WSAStartup(0x202, &d); }\n",
    );
    let arguments = ["--static", "main.c", "-o", "program"];
    run(DRIVER, &arguments, folder.path()).unwrap_or_else(|why| panic!("{why}"));
    let needed = run("readelf", &["-d", "program"], folder.path()).expect("readelf reads it");
    assert!(!needed.contains("libwinsock"), "{needed}");
    run(folder.path().join("program"), &[], folder.path()).unwrap_or_else(|why| panic!("{why}"));
}

/// With the library and without, whatever functions the program has itself.
#[test]
fn every_function_is_found_by_its_name() {
    library();
    let folder = Folder::new();
    let names = promised().into_iter().map(|name| format!("\"{name}\","));
    let text = format!(
        "#include <windows.h>\n#include <stdio.h>\n\
         static const char *names[] = {{{}}};\n\
         int GetAdaptersAddresses(int own) {{ return own + 1; }}\nint main(void)\n{{\n    \
         HMODULE module = LoadLibraryA(\"ws2_32.dll\");\n    \
         for (size_t at = 0; at < sizeof names / sizeof *names; at++)\n        \
         if (GetProcAddress(module, names[at]) == NULL)\n            puts(names[at]);\n    \
         DWORD (WINAPI *ticks)(void) = (void *)GetProcAddress(module, \"GetTickCount\");\n    \
         printf(\"%d %d\", ticks() <= GetTickCount(), GetAdaptersAddresses(1));\n    \
         return GetProcAddress(module, \"puts\") != NULL;\n}}\n",
        names.collect::<String>()
    );
    folder.write("main.c", &text);
    for option in ["-O1", "--static"] {
        let arguments = [option, "-w", "main.c", "-o", "program"];
        run(DRIVER, &arguments, folder.path()).unwrap_or_else(|why| panic!("{why}"));
        let told = run(folder.path().join("program"), &[], folder.path());
        assert_eq!(told.unwrap_or_else(|why| panic!("{why}")), "1 2");
    }
}

#[test]
fn microsofts_c_plus_plus_is_taken() {
    let folder = Folder::new();
    folder.write(
        "main.cpp",
        "#include <winsock2.h>\n#include <stdio.h>\n\
        __declspec(align(64)) struct Line { char a; };\n\
        template <class T> struct Late { int f() { return later(T()); } };\n\
        int later(int) { return 7; }\n\
        DWORD __stdcall routine(LPVOID)\n{\n\
        __try { __leave; } __finally { puts(\"finally\"); }\n    return 0;\n}\n\
        void main()\n{\n    unsigned __int64 wide = 1;\n    routine(NULL);\n    \
        printf(\"%d %d\\n\", (int)sizeof(Line), Late<int>().f() + (int)max(wide, 2));\n}\n",
    );
    assert_eq!(built(&folder, "main.cpp"), "finally\n64 9\n");
}

/// Who is asked of an exception, and in what order: what it prints under Wine too.
const STRUCTURED: &str = include_str!("c/structured.c");

#[test]
fn structured_exceptions_find_their_handlers() {
    let expected = "<C0000005 1 0>2 <C0000005 0 8>4 1 6\n8 stack 9 9\n\
        <00000001><00000002><00000002>1 <00000003><C0000025>no way on\n\
        [0][0][out];[0][0]filter [1][out]handler 2;({1}{0}){1}!\n\
        handled <00000005>again\n[1] in a filter\n\
        <C0000005 0 8>inside <C0000005 1 0>outside\n1 1 over 1\n\
        vectored 7 vectored 8 <00000008>handled\n8000\n";
    let folder = Folder::new();
    folder.write("main.c", STRUCTURED);
    folder.write("main.cpp", STRUCTURED);
    for (source, compilers) in [("main.c", &["gcc"][..]), ("main.cpp", &["g++", "clang++"])] {
        for compiler in compiler::present(compilers) {
            for options in [&["-w", "-O0", "-lstdc++"][..], &["-w", "-O2", "-lstdc++"]] {
                let told = built_by(&folder, source, compiler, options);
                assert_eq!(told, expected, "{compiler} {options:?}");
            }
        }
    }
    let options = ["-w", "-O1", "--static"];
    assert_eq!(built_by(&folder, "main.c", "gcc", &options), expected);
}

#[test]
fn what_fails_in_the_library_is_no_frames() {
    let folder = Folder::new();
    folder.write(
        "main.c",
        "#include \"guard.h\"\nint main(int count, char **words) {\n\
         char room[8]; setvbuf(stdout, NULL, _IONBF, 0);\n\
         printf(\"%d\", guarded(room, (const char *)16));\n\
         __try { EnterCriticalSection((LPCRITICAL_SECTION)16); } \
         __except (1) { printf(\"never\"); }\nreturn 0; }\n",
    );
    folder.write(
        "guard.h",
        "#include <windows.h>\n#include <stdio.h>\n\
         static int guarded(char *to, const char *from) {\n\
         __try { strcpy_s(to, 8, from); } __except (1) { return 1; }\nreturn 0; }\n",
    );
    library();
    for option in ["-O1", "--static"] {
        run(DRIVER, &[option, "main.c", "-o", "program"], folder.path()).expect("it compiles");
        let ended = std::process::Command::new(folder.path().join("program")).output();
        let ended = ended.expect("it was compiled");
        let signal = std::os::unix::process::ExitStatusExt::signal(&ended.status);
        assert_eq!((&ended.stdout[..], signal), (&b"1"[..], Some(libc::SIGSEGV)), "{option}");
    }
}

#[test]
fn headers_of_the_system_may_have_handlers() {
    let folder = Folder::new();
    let main = "#include <windows.h>\n#include <stdio.h>\n#include <far.h>\n\
                int main(void) { printf(\"%d\", tried(3)); return 0; }\n";
    for source in ["main.c", "main.cpp"] {
        folder.write(source, main);
    }
    folder.write(
        "far/far.h",
        "static int tried(int value) {\n__try { value++; }\n\
         __except (GetExceptionCode() == 5 ? EXCEPTION_EXECUTE_HANDLER : 0) { return 1; }\n\
         return value; }\n",
    );
    for compiler in compiler::present(&["gcc", "clang"]) {
        assert_eq!(built_by(&folder, "main.c", compiler, &["-idirafter", "far"]), "4");
    }
    for compiler in compiler::present(&["g++", "clang++"]) {
        let options = ["-lstdc++", "-idirafter", "far"];
        assert_eq!(built_by(&folder, "main.cpp", compiler, &options), "4");
    }
}

#[test]
fn a_handler_in_a_macro_is_named() {
    let folder = Folder::new();
    folder.write(
        "main.c",
        "#include <windows.h>\n#define END __except (1) { }\n\
         int main(void) { __try { } END return 0; }\n",
    );
    library();
    let why = run(DRIVER, &["main.c", "-o", "program"], folder.path()).expect_err("there is none");
    assert!(why.contains("winsock_cc_finds_no___except_in_a_macro"), "{why}");
}

/// Structured exceptions beside those of C++.
const CAUGHT: &str = include_str!("c/structured.cpp");

#[test]
fn structured_exceptions_live_beside_those_of_cxx() {
    let folder = Folder::new();
    folder.write("main.cpp", CAUGHT);
    for compiler in compiler::present(&["g++", "clang++"]) {
        for options in
            [["-w", "-std=c++14", "-O0", "-lstdc++"], ["-w", "-std=c++20", "-O2", "-lstdc++"]]
        {
            let told = built_by(&folder, "main.cpp", compiler, &options);
            assert_eq!(
                told,
                "~D filter E06D7363 6\ncaught thrown\n~D from a filter 5\n0 2 3 \n7 7\n\
                 {[1]}{[1]}handled\nlambda 2\n~D last caught 4\nended\n",
                "{compiler} {options:?}"
            );
        }
    }
}

/// Each way out of a block.
const TERMINATION: &str = include_str!("c/termination.c");

#[test]
fn a_termination_handler_runs_however_its_block_is_left() {
    let folder = Folder::new();
    folder.write("main.c", TERMINATION);
    let line = TERMINATION.lines().position(|line| line.contains("__LINE__")).expect("one") + 1;
    let expected = format!("a[1][0]b0,,,,in out  1 e {line}\n");
    assert_eq!(built(&folder, "main.c"), expected);
    let thrown = "static void by_throw() { __try { throw 5; } __finally { printf(\"!\"); } }\n\
                  int main() { try { by_throw(); } catch (int) { return real(); } }\n";
    let text = TERMINATION.replace("int main(void)", "int real()") + thrown;
    folder.write("main.cpp", text);
    assert_eq!(built(&folder, "main.cpp"), format!("!{expected}"));
}

#[test]
fn the_name_of_a_function_is_joined_to_literals() {
    let folder = Folder::new();
    folder.write(
        "main.cpp",
        "#include <windows.h>\n#include <stdio.h>\n\
         #define LOG(x) printf(\"[\" __FUNCTION__ \"] \" x \"\\n\")\n\
         #define SAY(fmt, ...) printf(\"%s \" \\\n    \
         __FUNCTION__ \" \" \\\n    fmt, \"a\", __VA_ARGS__)\n\
         template <class T> struct S { static void member() { LOG(\"m\"); } };\n\
         #include <intrin.h>\n\
         int main() { LOG(\"hi\"); printf(__FUNCTION__\": %d\\n\", 1); SAY(\"%d\\n\", __LINE__);\n\
         printf(\"%s %s\\n\", __FUNCTION__, \"x\"); S<int>::member(); // __FUNCTION__ \"x\"\n\
         DWORD bit = 0; _BitScanForward(&bit, 8); return bit == 3 ? 0 : 1; }\n",
    );
    for compiler in compiler::present(&["g++", "clang++"]) {
        let told = built_by(&folder, "main.cpp", compiler, &["-w", "-lstdc++"]);
        assert_eq!(told, "[main] hi\nmain: 1\na main 9\nmain x\n[member] m\n", "{compiler}");
    }
}

#[test]
fn programs_may_begin_in_wmain_or_winmain() {
    let folder = Folder::new();
    let wide = "#include <stdio.h>\n#include <wchar.h>\n\
                int wmain(int argc, wchar_t *argv[])\n{\n    printf(\"%d %d\\n\", argc, \
                (int)wcslen(argv[0]) > 0);\n    return 0;\n}\n";
    for name in ["wide.c", "wide.cpp"] {
        folder.write(name, wide);
        assert_eq!(built(&folder, name), "1 1\n");
    }
    folder.write(
        "win.c",
        "#include <windows.h>\n#include <stdio.h>\n\
                           int WINAPI WinMain(HINSTANCE now, HINSTANCE old, LPSTR line, int show)\n\
                           {\n    puts(*line ? line : \"nothing\");\n    return 0;\n}\n",
    );
    assert_eq!(built(&folder, "win.c"), "nothing\n");
}

#[test]
fn explain_compiles_nothing() {
    let folder = Folder::new();
    folder.write("main.c", encoded("euc-kr", KOREAN));
    let told = run(DRIVER, &["--explain", "main.c", "-o", "program"], folder.path()).expect("told");
    assert!(told.contains("EUC-KR text") && told.contains("prefix.h"), "{told}");
    assert!(!folder.path().join("program").exists());
}
