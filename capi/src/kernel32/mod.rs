//! kernel32 and its neighbours around the sockets: what network programs call beside them. Thin,
//! over libc and the engine.
//!
//! ```text
//!   critical  lock  address  ─▶ parking_lot             memory  mapping   ─▶ mmap, malloc
//!   clock     system         ─▶ libc            attach  console  control  ─▶ terminal, signals
//!   identifier               ─▶ text            console_input             ─▶ terminal
//!   message   module  fault  ─▶ texts, dlsym, signals   adapter  echo     ─▶ getifaddrs, pings
//!   message_box  stock       ─▶ the terminal; nothing is drawn   process ─▶ fork, exec, pidfd
//!   usage  processor pointer ─▶ /proc, affinity         addresses search  ─▶ getifaddrs, files
//!   serial                   ─▶ nothing: there are no such ports
//!   tables links toolhelp    ─▶ /proc, /sys             registry event_log ─▶ a file, syslog
//!   topology                 ─▶ /sys                    zone date_format  ─▶ libc
//!   place  region            ─▶ files, /proc           compare service     ─▶ nothing of Linux'
//! ```

mod adapter;
mod address;
mod addresses;
mod attach;
mod barrier;
mod clock;
mod codepage;
mod compare;
mod console;
mod console_input;
mod control;
mod counters;
mod critical;
mod date_format;
mod desk;
mod drive;
mod echo;
mod event_log;
mod fault;
mod file;
mod foreign_memory;
mod hash;
mod identifier;
mod interface;
mod letters;
mod links;
mod list;
mod loaded;
mod lock;
mod mapping;
mod maps;
mod memory;
mod message;
mod message_box;
mod module;
mod native;
mod object;
mod opened;
mod pages;
mod performance;
mod place;
mod pointer;
mod process;
mod processor;
mod profile;
mod random;
mod region;
mod region_lock;
mod registry;
mod search;
mod security;
mod serial;
mod service;
mod slot;
mod stock;
mod surroundings;
mod system;
mod tables;
mod token;
mod toolhelp;
mod topology;
mod usage;
mod version;
mod zone;

use engine::error::{Error, set_last_error};

/// TRUE, or FALSE and the last error.
fn finish(result: Result<(), Error>) -> i32 {
    match result {
        Ok(()) => 1,
        Err(error) => {
            set_last_error(error.0);
            0
        }
    }
}

/// A count or a handle, or 0 and the last error.
fn finish_value<T: Default>(result: Result<T, Error>) -> T {
    result.unwrap_or_else(|error| {
        set_last_error(error.0);
        T::default()
    })
}

/// The Win32 number of the calling thread's errno.
fn last_errno() -> Error {
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    from_errno(errno)
}

/// The Win32 number of a file's or a process' errno.
fn from_errno(errno: i32) -> Error {
    Error(match errno {
        libc::ENOENT => 2,
        libc::ENOTDIR => 3,
        libc::EMFILE | libc::ENFILE => 4,
        libc::EACCES | libc::EPERM | libc::EROFS | libc::EISDIR => 5,
        libc::EBADF => 6,
        libc::ENOMEM | libc::EAGAIN => 8,
        libc::ENOTEMPTY => 145,
        libc::EEXIST => 183,
        libc::ENOSPC => 112,
        libc::EXDEV => 17,
        libc::EINVAL => 87,
        libc::ENAMETOOLONG => 206,
        _ => 31,
    })
}
