//! surface.txt, the library's symbols and the headers promise the same functions.

mod compiler;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use compiler::{Folder, INCLUDE, library, promised, run};

/// The dynamic symbols of the library: `nm`'s lines with these options.
fn symbols(options: &[&str]) -> Vec<String> {
    let library = library().join("libwinsock.so");
    let mut arguments = vec!["-D"];
    arguments.extend(options);
    arguments.push(library.to_str().expect("a path of text"));
    let listed = run("nm", &arguments, &library.with_file_name("")).expect("nm reads the library");
    listed.lines().map(str::to_owned).collect()
}

fn exported() -> BTreeSet<String> {
    let lines = symbols(&["--defined-only"]);
    let name = |line: String| line.split_whitespace().nth(2).map(str::to_owned);
    lines.into_iter().filter_map(name).collect()
}

#[test]
fn the_library_exports_exactly_what_is_promised() {
    let plain = |name: String| name.strip_prefix("winsock_").map(str::to_owned).unwrap_or(name);
    let exported: BTreeSet<String> = exported().into_iter().map(plain).collect();
    let promised: BTreeSet<String> = promised().into_iter().map(str::to_owned).collect();
    let missing: Vec<_> = promised.difference(&exported).collect();
    let surplus: Vec<_> = exported.difference(&promised).collect();
    assert!(missing.is_empty(), "promised, and not exported: {missing:?}");
    assert!(surplus.is_empty(), "exported, and not promised: {surplus:?}");
}

#[test]
fn the_library_takes_no_name_of_libc() {
    let taken: Vec<String> = exported().into_iter().filter(|name| libc_has(name)).collect();
    assert!(taken.is_empty(), "libc has these, and every program would get ours: {taken:?}");
    assert!(libc_has("send") && !libc_has("WSASend"), "the question itself works");
}

/// Whether libc, or whatever else every program is linked with, has a function of this name.
fn libc_has(name: &str) -> bool {
    let name = std::ffi::CString::new(name).expect("symbols have no zero");
    // SAFETY: the name is a string of this frame; the answer is only compared.
    unsafe { !libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()).is_null() }
}

#[test]
fn nothing_is_left_undefined_but_libc() {
    let lines = symbols(&["--undefined-only"]);
    let foreign = |line: &&String| {
        let weak = line.trim_start().starts_with(['w', 'v']);
        !weak && !line.contains("@GLIBC") && !line.contains("@GCC")
    };
    let foreign: Vec<_> = lines.iter().filter(foreign).collect();
    assert!(!lines.is_empty() && foreign.is_empty(), "{foreign:?}");
}

#[test]
fn the_library_has_the_name_that_programs_ask_for() {
    let path = library().join("libwinsock.so");
    let arguments = ["-d", path.to_str().expect("a path of text")];
    let told = run("readelf", &arguments, &library()).expect("readelf reads the library");
    assert!(told.contains("Library soname: [libwinsock.so.0]"), "{told}");
}

#[test]
fn a_process_may_load_the_library_late() {
    let path = library().join("libwinsock.so");
    let path = std::ffi::CString::new(path.into_os_string().into_encoded_bytes()).expect("a path");
    // SAFETY: the path is a string of this frame; the library runs nothing of its own when it is
    // loaded, and stays loaded.
    let (library, why) = unsafe {
        let library = libc::dlopen(path.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL);
        let why = if library.is_null() { libc::dlerror() } else { c"".as_ptr() };
        (library, std::ffi::CStr::from_ptr(why))
    };
    assert!(!library.is_null(), "{}", why.to_string_lossy());
    // SAFETY: the functions have these types, and the library is loaded.
    unsafe {
        let set = libc::dlsym(library, c"SetLastError".as_ptr());
        let get = libc::dlsym(library, c"GetLastError".as_ptr());
        let set = std::mem::transmute::<*mut libc::c_void, extern "C" fn(u32)>(set);
        let get = std::mem::transmute::<*mut libc::c_void, extern "C" fn() -> u32>(get);
        set(77);
        assert_eq!((std::thread::spawn(move || get()).join().expect("no panic"), get()), (0, 77));
    }
}

/// All headers of Windows' own, in one text.
fn everything() -> String {
    let mut names: Vec<String> = fs::read_dir(INCLUDE)
        .expect("the headers are there")
        .map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".h"))
        // Those that only change how others are packed.
        .filter(|name| !name.starts_with("pshpack") && name != "poppack.h")
        // Those of Microsoft's C++ library have nothing to export.
        .filter(|name| !name.starts_with("conc") && name != "ppl.h")
        .collect();
    names.sort();
    let lines: Vec<String> = names.iter().map(|name| format!("#include <{name}>\n")).collect();
    format!("#include <winsock2.h>\n{}", lines.concat())
}

#[test]
fn every_promised_function_is_declared_and_linked() {
    let folder = Folder::new();
    let mut text = everything();
    text.push_str("#ifdef UNICODE\n#error\n#endif\nvoid *all[] = {\n");
    for name in promised() {
        text.push_str(&format!("#undef {name}\n(void *){name},\n"));
    }
    text.push_str("};\nint main(void) { return all[0] == 0; }\n");
    folder.write("all.c", text);
    let lib = library();
    let (lib, path) = (format!("-L{}", lib.display()), format!("-Wl,-rpath,{}", lib.display()));
    let arguments =
        ["-std=gnu11", "-w", "-isystem", INCLUDE, "all.c", "-o", "all", &lib, &path, "-lwinsock"];
    run("cc", &arguments, folder.path()).unwrap_or_else(|why| panic!("{why}"));
    run(folder.path().join("all"), &[], folder.path()).unwrap_or_else(|why| panic!("{why}"));
}

#[test]
fn every_declared_function_is_promised() {
    let folder = Folder::new();
    folder.write("all.c", everything());
    let arguments = ["-std=gnu11", "-E", "-I", INCLUDE, "all.c"];
    let text = run("cc", &arguments, folder.path()).unwrap_or_else(|why| panic!("{why}"));
    let promised: BTreeSet<&str> = promised().into_iter().collect();
    let declared = declared(&text);
    assert!(declared.contains("WSARecv") && declared.contains("select"), "{declared:?}");
    let surplus: Vec<_> =
        declared.iter().filter(|name| !promised.contains(name.as_str())).collect();
    assert!(surplus.is_empty(), "declared, and not promised: {surplus:?}");
}

/// The functions that our headers declare, in a preprocessed text.
fn declared(text: &str) -> BTreeSet<String> {
    let (mut ours, mut depth, mut statement) = (false, 0_usize, String::new());
    let mut found = BTreeSet::new();
    let home = PathBuf::from(INCLUDE);
    for line in text.lines() {
        if line.starts_with("#pragma") {
            continue;
        }
        if let Some(marker) = line.strip_prefix("# ") {
            ours =
                marker.split('"').nth(1).is_some_and(|file| PathBuf::from(file).starts_with(&home));
            continue;
        }
        for c in line.chars().filter(|_| ours) {
            match c {
                '{' => depth += 1,
                '}' => {
                    depth -= 1;
                    statement.clear();
                }
                ';' if depth == 0 => {
                    found.extend(function(&statement));
                    statement.clear();
                }
                c if depth == 0 => statement.push(c),
                _ => {}
            }
        }
        statement.push(' ');
    }
    found
}

/// The name that a statement declares as a function.
fn function(statement: &str) -> Option<String> {
    let open = statement.find('(')?;
    let before = statement[..open].trim();
    let words: Vec<&str> = before
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|w| !w.is_empty())
        .collect();
    let plain = words.len() >= 2 && !["typedef", "static", "struct"].contains(&words[0]);
    let result_is_struct = words.len() >= 3 && words[0] == "struct";
    let inside = statement[open..].trim_start_matches('(');
    if !(plain || result_is_struct) || inside.starts_with('*') || words.contains(&"_Static_assert")
    {
        return None;
    }
    let name = words.last().map(|name| (*name).to_owned());
    let Some((_, rest)) = statement.split_once("__asm__") else {
        return name;
    };
    // A symbol of another name, written in one string or in several; ours, or one of libc's.
    let symbol: String = rest.split('"').skip(1).step_by(2).collect();
    symbol.strip_prefix("winsock_").map(str::to_owned)
}
