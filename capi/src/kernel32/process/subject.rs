//! The process that a call is about, and what Linux tells of it.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize};

use engine::error::Error;
use engine::linux::foreign;
use windows_sys::Win32::Foundation::HANDLE;

use super::MYSELF;
use super::child::Process;
use super::image::numbers;
use crate::kernel32::from_errno;

/// A process of a handle.
pub enum Subject {
    /// This one, by GetCurrentProcess.
    Own,
    /// One of CreateProcess or OpenProcess.
    Other(Arc<Process>),
}

static OWN_CLASS: AtomicU32 = AtomicU32::new(0);
static OWN_PEAK: AtomicUsize = AtomicUsize::new(0);

impl Subject {
    /// 6 for a handle of something else.
    pub fn of(process: HANDLE) -> Result<Self, Error> {
        match process {
            MYSELF => Ok(Self::Own),
            process => foreign(process).map(Self::Other),
        }
    }

    /// Its number, which may be another's once it has ended.
    pub fn number(&self) -> u32 {
        match self {
            Self::Own => std::process::id(),
            Self::Other(process) => process.number,
        }
    }

    /// A file of its folder in /proc; of one that has ended stat and io as they were then. 5: not
    /// ours to read; 50: it has ended, and nothing is kept.
    pub fn read(&self, file: &str) -> Result<String, Error> {
        match self {
            Self::Own => fs::read_to_string(format!("/proc/self/{file}"))
                .map_err(|why| from_errno(why.raw_os_error().unwrap_or(0))),
            Self::Other(process) => process.read(file),
        }
    }

    /// Its folder in /proc, for what can be asked only while it runs: 5 when it has ended.
    pub fn folder(&self) -> Result<PathBuf, Error> {
        match self {
            Self::Other(process) if process.task.has_ended() => Err(Error::ACCESS_DENIED),
            Self::Other(process) => Ok(format!("/proc/{}", process.number).into()),
            Self::Own => Ok("/proc/self".into()),
        }
    }

    /// The numbers of its threads.
    pub fn threads(&self) -> Result<Vec<u32>, Error> {
        numbers(self.folder()?.join("task")).map_err(|_| Error::ACCESS_DENIED)
    }

    /// The priority class that it was given; 0: none.
    pub fn class(&self) -> &AtomicU32 {
        match self {
            Self::Own => &OWN_CLASS,
            Self::Other(process) => &process.class,
        }
    }

    /// The most private memory that a call has seen: Linux keeps no such mark.
    pub fn peak(&self) -> &AtomicUsize {
        match self {
            Self::Own => &OWN_PEAK,
            Self::Other(process) => &process.peak,
        }
    }
}
