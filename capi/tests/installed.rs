//! The library as it is installed: what docs/porting.md tells to do, step by step. It runs where
//! WINSOCK_INSTALLED names the folder that `cargo xtask install --prefix /opt/winsock` filled as
//! DESTDIR, as `cargo xtask ci` does: then the library is that of a release.

mod compiler;

use std::env;
use std::path::{Path, PathBuf};

use compiler::{Folder, present, run};

const INSTALLED: &str = "WINSOCK_INSTALLED";
/// The prefix below it.
const PREFIX: &str = "opt/winsock";

const SERVER: &str = "#include <WinSock2.h>\n#include <Windows.h>\n#include <stdio.h>\n\
    #pragma comment(lib, \"ws2_32.lib\")\n\
    static DWORD WINAPI leave(void *code) { ExitThread((DWORD)(ULONG_PTR)code); }\n\
    int main()\n{\n    WSADATA data;\n    DWORD code = 0;\n\
    HANDLE thread = CreateThread(NULL, 0, leave, (void *)77, 0, NULL);\n\
    WaitForSingleObject(thread, INFINITE);\n    GetExitCodeThread(thread, &code);\n\
    printf(\"%d %u\\n\", WSAStartup(MAKEWORD(2, 2), &data), (unsigned)code);\n    return 0;\n}\n";

/// The folder that holds `opt/winsock`.
fn top() -> Option<PathBuf> {
    let top = env::var_os(INSTALLED).map(PathBuf::from);
    if top.is_none() {
        println!("skipped: {INSTALLED} names no folder");
    }
    top
}

fn done(program: &str, arguments: &[&str], folder: &Path) -> String {
    run(program, arguments, folder).unwrap_or_else(|why| panic!("{why}"))
}

fn works(folder: &Path, name: &str) {
    let said = run(folder.join(name), &[], folder).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(said, "0 77\n", "{name}");
}

#[test]
fn the_driver_compiles_for_the_installed_library() {
    let Some(top) = top() else { return };
    let folder = Folder::new();
    folder.write("server.c", SERVER);
    folder.write("server.cpp", SERVER);
    let bin = top.join(PREFIX).join("bin");
    for (driver, source) in [("winsock-cc", "server.c"), ("winsock-c++", "server.cpp")] {
        let driver = bin.join(driver);
        let driver = driver.to_str().expect("a path of text");
        for option in ["-O2", "--static"] {
            done(driver, &[source, option, "-o", "server"], folder.path());
            works(folder.path(), "server");
        }
    }
}

#[test]
fn pkg_config_tells_any_compiler() {
    let Some(top) = top() else { return };
    if present(&["pkg-config"]).is_empty() {
        return;
    }
    let folder = Folder::new();
    // Without the driver names are as on disk; `spelling` has the usual ones.
    folder.write("server.c", SERVER);
    let lib = top.join(PREFIX).join("lib");
    let pkg = [
        format!("PKG_CONFIG_PATH={}", lib.join("pkgconfig").display()),
        format!("PKG_CONFIG_SYSROOT_DIR={}", top.display()),
    ];
    let line = [&pkg[0], &pkg[1], "pkg-config", "--cflags", "--libs", "winsock"];
    let flags = done("env", &line, folder.path());
    let rpath = format!("-Wl,-rpath,{}", lib.display());
    let mut line = vec!["server.c", "-o", "server", &rpath];
    // A sysroot goes before paths behind -I and -L; not before one in a word of its own.
    let flags: Vec<String> = (flags.split_whitespace())
        .map(|word| match word.strip_prefix("/opt/winsock") {
            Some(rest) => format!("{}/{PREFIX}{rest}", top.display()),
            None => word.to_owned(),
        })
        .collect();
    line.extend(flags.iter().map(String::as_str));
    done("cc", &line, folder.path());
    works(folder.path(), "server");
}

#[test]
fn cmake_builds_by_the_toolchain_and_by_the_package() {
    let Some(top) = top() else { return };
    if present(&["cmake"]).is_empty() {
        return;
    }
    let folder = Folder::new();
    folder.write("server.cpp", SERVER);
    let cmake = top.join(PREFIX).join("lib/cmake/winsock");
    let start = "cmake_minimum_required(VERSION 3.16)\nproject(Server CXX)\n\
                 set(CMAKE_CXX_STANDARD 17)\nadd_executable(server ../server.cpp)\n";
    folder.write("whole/CMakeLists.txt", start);
    let package =
        "find_package(winsock REQUIRED)\ntarget_link_libraries(server winsock::winsock)\n";
    folder.write("part/CMakeLists.txt", format!("{start}{package}"));
    let toolchain = format!("-DCMAKE_TOOLCHAIN_FILE={}/toolchain.cmake", cmake.display());
    let place = format!("-Dwinsock_DIR={}", cmake.display());
    for (project, option) in [("whole", &toolchain), ("part", &place)] {
        let at = folder.path().join(project);
        done("cmake", &["-B", "build", option, "."], &at);
        done("cmake", &["--build", "build"], &at);
        works(&at.join("build"), "server");
    }
}
