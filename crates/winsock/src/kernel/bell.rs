//! A descriptor that wakes its one listener out of poll(2).

use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use super::sys;
use crate::error::Error;

/// Rung by any thread, heard by the one whose it is.
#[derive(Debug)]
pub struct Bell(OwnedFd);

impl Bell {
    /// Fails with 10024 when descriptors run out.
    pub fn new() -> Result<Self, Error> {
        sys::eventfd().map(Self)
    }

    /// Makes the descriptor readable.
    pub fn ring(&self) {
        sys::eventfd_add(self.0.as_raw_fd());
    }

    /// Makes it silent again.
    pub fn silence(&self) {
        sys::eventfd_clear(self.0.as_raw_fd());
    }

    /// The descriptor to poll for readability.
    pub fn fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}
