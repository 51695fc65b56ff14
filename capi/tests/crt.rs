//! The runtime and kernel32 as C and C++ programs find them: the programs of `c/`, which check
//! themselves and say what is wrong. `cargo xtask judge examples` runs them under Wine, too.

mod compiler;

use std::env;
use std::path::Path;

use compiler::{DRIVER, Folder, library, present, run};

/// Names the program that runs Windows programs; without it these run on Linux.
const WINE: &str = "EXAMPLES_WINE";

/// Compiles a program of `c/` and runs it; the error is what it or the compiler said.
fn checked(source: &str, name: &str, options: &[&str]) {
    let folder = Folder::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c").join(source);
    let source = source.to_str().expect("a path of text");
    let program = folder.path().join(name).with_extension("exe");
    let output = program.to_str().expect("a path of text");
    let mut arguments = vec!["-w", source, "-o", output];
    arguments.extend(options);
    let said = match env::var(WINE) {
        Ok(wine) => {
            arguments.extend(MINGW);
            run(MINGW_CC, &arguments, folder.path()).unwrap_or_else(|why| panic!("{why}"));
            run(wine, &[output], folder.path())
        }
        Err(_) => {
            library();
            run(DRIVER, &arguments, folder.path()).unwrap_or_else(|why| panic!("{why}"));
            run(&program, &[], folder.path())
        }
    };
    let said = said.unwrap_or_else(|why| panic!("{why}")).replace('\r', "");
    let (skipped, said): (Vec<_>, Vec<_>) =
        said.lines().partition(|line| line.starts_with("skipped"));
    skipped.iter().for_each(|what| println!("{name}: {what}"));
    assert_eq!(said, ["0 wrong"]);
}

const MINGW_CC: &str = "x86_64-w64-mingw32-gcc";
/// What libwinsock has in one is in several of Windows' libraries. The runtime is the one of
/// today's Windows: mingw's own choice lacks functions.
const MINGW: &[&str] = &[
    "-static",
    "-D_UCRT",
    "-nodefaultlibs",
    "-Wl,--start-group",
    "-lmingw32",
    "-lgcc",
    "-lgcc_eh",
    "-lmoldname",
    "-lmingwex",
    "-lucrt",
    "-lkernel32",
    "-luser32",
    "-ladvapi32",
    "-lbcrypt",
    "-lws2_32",
    "-lntdll",
    "-lwinmm",
    "-liphlpapi",
    "-ldbghelp",
    "-lsynchronization",
    "-lbcrypt",
    "-lversion",
    "-lpsapi",
    "-lole32",
    "-lrpcrt4",
    "-lgdi32",
    "-lshell32",
    "-lshlwapi",
    "-lpdh",
    "-Wl,--end-group",
];

#[test]
fn strings_numbers_formats_and_environment() {
    checked("crt_string.c", "crt_string_test", &[]);
}

#[test]
fn locks_lists_memory_time_messages_and_modules() {
    checked("kernel32.c", "kernel32_test", &[]);
}

#[test]
fn wide_text_as_narrow() {
    checked("wide.c", "wide_test", &[]);
}

#[test]
fn time_memory_threads_and_sized_texts() {
    checked("doors.c", "doors_test", &[]);
}

#[test]
fn interfaces_and_pings() {
    checked("network.c", "network_test", &[]);
}

#[test]
fn sockets_polled_by_the_device() {
    checked("afd.c", "afd_test", &[]);
}

#[test]
fn microsofts_cxx() {
    if env::var_os(WINE).is_some() {
        return println!("skipped: mingw's C++ is not Microsoft's");
    }
    checked("dialect.cpp", "dialect_test", &["-std=c++17", "-lstdc++"]);
    checked("dialect.cpp", "dialect_wide", &["-std=c++20", "-DUNICODE", "-D_UNICODE", "-lstdc++"]);
}

#[test]
fn what_monitors_ask() {
    checked("usage.c", "usage_test", &[]);
}

#[test]
fn files_found_and_told_of() {
    checked("files.c", "files_test", &[]);
}

#[test]
fn interfaces_random_bytes_times_and_versions() {
    checked("machine.c", "machine_test", &[]);
}

#[test]
fn a_program_without_a_desk() {
    checked("attach.c", "attach_test", &[]);
}

#[test]
fn names_that_windows_leaves_to_programs() {
    checked("own_names.c", "own_names_test", &[]);
    checked("own_names.cpp", "own_names_cxx_test", &["-lstdc++"]);
}

#[test]
fn numbers_paths_files_and_wide_formats() {
    checked("runtime.c", "runtime_test", &[]);
}

#[test]
fn what_libc_has_by_other_names() {
    checked("aliases.c", "aliases_narrow", &[]);
    checked("aliases.c", "aliases_wide", &["-DUNICODE", "-D_UNICODE"]);
}

#[test]
fn text_of_code_pages() {
    checked("codepage.c", "codepage_test", &[]);
}

#[test]
fn windows_without_a_display() {
    checked("window.c", "window_narrow", &[]);
    checked("window.c", "window_wide", &["-DUNICODE", "-D_UNICODE"]);
}

#[test]
fn processes_begin_and_end() {
    checked("process.c", "process_narrow", &[]);
    checked("process.c", "process_wide", &["-DUNICODE", "-D_UNICODE"]);
}

#[test]
fn paths_of_one_manner() {
    checked("paths.c", "paths_test", &[]);
    if env::var_os(WINE).is_some() {
        return println!("skipped: the C++ library of mingw is for another runtime");
    }
    checked("paths.cpp", "paths_cxx_test", &["-std=c++17", "-lstdc++"]);
}

#[test]
fn pipes_between_processes() {
    checked("pipe.c", "pipe_narrow", &[]);
    checked("pipe.c", "pipe_wide", &["-DUNICODE", "-D_UNICODE"]);
}

#[test]
fn mailslots_and_sockets_that_nothing_secures() {
    checked("mailslot.c", "mailslot_narrow", &[]);
    checked("mailslot.c", "mailslot_wide", &["-DUNICODE", "-D_UNICODE"]);
}

#[test]
fn paths_and_texts_of_the_shell() {
    checked("shell.c", "shell_narrow", &[]);
    checked("shell.c", "shell_wide", &["-DUNICODE", "-D_UNICODE"]);
}

#[test]
fn descriptors_identifiers_and_tokens() {
    checked("security.c", "security_narrow", &[]);
    checked("security.c", "security_wide", &["-DUNICODE", "-D_UNICODE"]);
}

#[test]
fn environment_letters_locks_and_memory() {
    checked("surroundings.c", "surroundings_narrow", &[]);
    checked("surroundings.c", "surroundings_wide", &["-DUNICODE", "-D_UNICODE"]);
}

#[test]
fn sums_by_two_interfaces() {
    checked("sums.c", "sums_test", &[]);
}

#[test]
fn counters_of_performance() {
    checked("counters.c", "counters_narrow", &[]);
    checked("counters.c", "counters_wide", &["-DUNICODE", "-D_UNICODE"]);
}

#[test]
fn where_files_are_and_what_memory_is_like() {
    checked("place.c", "place_narrow", &[]);
    checked("place.c", "place_wide", &["-DUNICODE", "-D_UNICODE"]);
}

#[test]
fn registry_services_and_events() {
    checked("registry.c", "registry_narrow", &[]);
    checked("registry.c", "registry_wide", &["-DUNICODE", "-D_UNICODE"]);
}

#[test]
fn what_runs_and_who_is_connected() {
    checked("toolhelp.c", "toolhelp_narrow", &[]);
    checked("toolhelp.c", "toolhelp_wide", &["-DUNICODE", "-D_UNICODE"]);
}

#[test]
fn the_forms_of_cxx() {
    if env::var_os(WINE).is_some() {
        return println!("skipped: mingw's headers have not Microsoft's forms for C++");
    }
    checked("forms.cpp", "forms_test", &["-std=c++17", "-lstdc++"]);
    checked("forms.cpp", "forms_wide", &["-std=c++20", "-DUNICODE", "-D_UNICODE", "-lstdc++"]);
}

#[test]
fn concurrent_containers_and_loops() {
    if env::var_os(WINE).is_some() {
        return println!("skipped: mingw has no concurrency runtime");
    }
    for compiler in present(&["g++", "clang++"]) {
        let folder = Folder::new();
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/c/concurrency.cpp");
        let compiler = format!("WINSOCK_CC={compiler}");
        library();
        let line = [&compiler, DRIVER, "-std=c++17", "-O1", source, "-o", "concurrency"];
        run("env", &line, folder.path()).unwrap_or_else(|why| panic!("{why}"));
        let said = run(folder.path().join("concurrency"), &[], folder.path());
        assert_eq!(said.unwrap_or_else(|why| panic!("{why}")), "0 wrong\n");
    }
}

/// Whatever the compiler is asked for, formats are read as on Windows.
#[test]
fn formats_are_windows_with_every_option() {
    if env::var_os(WINE).is_some() {
        return println!("skipped: it is about the headers");
    }
    library();
    let folder = Folder::new();
    let text = "#include <stdio.h>\n#include <wchar.h>\n#include <stdarg.h>\n\
                #include <winsock2.h>\n\
                static void say(const char *f, ...)\n\
                { va_list a; va_start(a, f); vprintf(f, a); va_end(a); }\n\
                int main(void)\n{ wchar_t w[20]; swprintf(w, 20, L\"%s\", L\"wide\");\n\
                say(\"%I64d %ld \", 5000000000LL, (LONG)-1);\n\
                printf(\"%d\", (int)wcslen(w)); return 0; }\n";
    for (compilers, source) in [(["gcc", "clang"], "a.c"), (["g++", "clang++"], "a.cpp")] {
        folder.write(source, text);
        for compiler in present(&compilers) {
            for option in ["-O0", "-O2", "-Os", "-O2 -D_FORTIFY_SOURCE=2"] {
                let compiler = format!("WINSOCK_CC={compiler}");
                let mut line = vec![compiler.as_str(), DRIVER, "-w", source, "-o", "formats"];
                line.extend(option.split(' '));
                run("env", &line, folder.path()).unwrap_or_else(|why| panic!("{why}"));
                let said = run(folder.path().join("formats"), &[], folder.path());
                assert_eq!(said, Ok("5000000000 -1 4".to_owned()), "{line:?}");
            }
        }
    }
}

#[test]
fn what_there_is_none_of() {
    checked("absent.c", "absent_test", &[]);
}

#[test]
fn what_the_others_leave() {
    checked("remains.c", "remains_test", &[]);
}
