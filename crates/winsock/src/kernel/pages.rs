//! Memory as the kernel sees it.

use rustix::mm::{Advice, madvise};

use crate::error::Error;

/// Brings `length` bytes at `start` into memory, as far as Linux offers that. 10014 if they are not
/// all there to be read.
pub fn bring_in(start: usize, length: usize) -> Result<(), Error> {
    let page = rustix::param::page_size();
    let first = start & !(page - 1);
    let end = start.checked_add(length).ok_or(Error::FAULT)?;
    // SAFETY: the advice only reads pages in; no memory changes, whosever it is.
    match unsafe { madvise(first as *mut _, end - first, Advice::LinuxPopulateRead) } {
        Err(rustix::io::Errno::NOMEM | rustix::io::Errno::FAULT) => Err(Error::FAULT),
        _ => Ok(()), // done, or not known to this kernel
    }
}
