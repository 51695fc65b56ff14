//! What is kept of a process that has ended, for whoever still has a handle of it.
//!
//! # Safety
//!
//! What the kernel writes is this thread's own, during the call.

#![allow(unsafe_code, reason = "waiting for a child")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::fs;
use std::mem::zeroed;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use crate::kernel32::clock::filetime;

/// What Linux tells of a process only until its maker has been told of its end.
pub struct Remains {
    /// 100 ns since 1601 when its end was noticed.
    pub ended: i64,
    /// What the kernel tells the maker.
    pub used: Option<libc::rusage>,
    stat: String,
    io: String,
}

impl Remains {
    /// Of a process that has ended; none if its maker has been told.
    pub fn of(number: u32) -> Option<Self> {
        let read = |file| fs::read_to_string(format!("/proc/{number}/{file}"));
        let (stat, io) = (read("stat").ok()?, read("io").unwrap_or_default());
        Some(Self { ended: filetime(), used: None, stat, io })
    }

    /// Waits for the end of a child: how it ended, and what remains of it.
    pub fn await_child(number: u32) -> (ExitStatus, Self) {
        let mut facts = unsafe { zeroed::<libc::siginfo_t>() };
        let how = libc::WEXITED | libc::WNOWAIT;
        while unsafe { libc::waitid(libc::P_PID, number, &mut facts, how) } != 0
            && std::io::Error::last_os_error().raw_os_error() == Some(libc::EINTR)
        {}
        let (stat, io) = (String::new(), String::new());
        let nothing = Self { ended: filetime(), used: None, stat, io };
        let mut remains = Self::of(number).unwrap_or(nothing);
        let (mut status, mut used) = (0, unsafe { zeroed::<libc::rusage>() });
        if unsafe { libc::wait4(number as i32, &mut status, 0, &mut used) } > 0 {
            remains.used = Some(used);
        }
        (ExitStatus::from_raw(status), remains)
    }

    /// A file of its folder in /proc as it was at the end, if it is one of those that are kept.
    pub fn read(&self, file: &str) -> Option<String> {
        match file {
            "stat" => Some(self.stat.clone()),
            "io" => Some(self.io.clone()),
            _ => None,
        }
        .filter(|text| !text.is_empty())
    }
}
