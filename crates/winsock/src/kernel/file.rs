//! Files that are sent: opened for reading, and copied to a socket by the kernel.
//!
//! # Safety
//!
//! The unsafe code here hands over values of our own stack, used during the call only.

#![allow(unsafe_code)]

use std::fs;
use std::io::{Seek, SeekFrom};
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::path::Path;

use super::net::{Errno, counted};
use crate::error::Error;

/// A file open for reading. Its position is the descriptor's.
pub struct File(fs::File);

impl File {
    /// Opens an existing file: 2 if there is none, 3 if its folder is none, 5 if it may not be read
    /// or is a folder.
    pub fn open(path: &Path) -> Result<File, Error> {
        let file = fs::File::open(path).map_err(|error| match error.raw_os_error() {
            Some(libc::ENOENT) if path.parent().is_none_or(is_folder) => Error::FILE_NOT_FOUND,
            Some(libc::ENOENT | libc::ENOTDIR) => Error::PATH_NOT_FOUND,
            Some(libc::EACCES | libc::EPERM) => Error::ACCESS_DENIED,
            Some(errno) => Error::from_errno(errno),
            None => Error::GEN_FAILURE,
        })?;
        File::adopt(file).map_err(|_| Error::ACCESS_DENIED)
    }

    /// The file of a descriptor: 50 if that is no ordinary file.
    pub fn from_fd(fd: OwnedFd) -> Result<File, Error> {
        File::adopt(fs::File::from(fd))
    }

    fn adopt(file: fs::File) -> Result<File, Error> {
        let ordinary = file.metadata().is_ok_and(|facts| facts.is_file());
        if ordinary { Ok(File(file)) } else { Err(Error::NOT_SUPPORTED) }
    }

    /// Its descriptor, good while it lives.
    pub fn fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }

    /// Its length in bytes.
    pub fn bytes(&self) -> Result<u64, Error> {
        self.0.metadata().map(|facts| facts.len()).map_err(|_| Error::GEN_FAILURE)
    }

    /// Moves its position, and says where it is now; 87 before the beginning.
    pub fn seek(&self, to: SeekFrom) -> Result<u64, Error> {
        (&self.0).seek(to).map_err(|_| Error::INVALID_PARAMETER)
    }

    /// Copies at most `bytes` to a socket, from `at`, which moves on, or from where the file
    /// stands; 0 at its end.
    pub fn send(&self, socket: RawFd, at: Option<&mut i64>, bytes: u32) -> Result<usize, Errno> {
        let at = at.map_or(std::ptr::null_mut(), std::ptr::from_mut);
        // SAFETY: the position is borrowed for the call; both descriptors are open during it.
        quietly(|| unsafe { libc::sendfile(socket, self.0.as_raw_fd(), at, bytes as usize) })
    }
}

fn is_folder(path: &Path) -> bool {
    path.as_os_str().is_empty() || path.is_dir()
}

/// Makes a call that knows no MSG_NOSIGNAL, and takes SIGPIPE back if it raised it: Windows has no
/// signals, and the program may not ignore this one.
fn quietly(call: impl FnOnce() -> isize) -> Result<usize, Errno> {
    let mut sets = [const { MaybeUninit::<libc::sigset_t>::zeroed() }; 3];
    let [pipe, before, pending] = sets.each_mut().map(MaybeUninit::as_mut_ptr);
    let at_once = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: three sets of our own stack, all zero, which is empty, until they are filled.
    unsafe {
        libc::sigaddset(pipe, libc::SIGPIPE);
        libc::pthread_sigmask(libc::SIG_BLOCK, pipe, before);
        libc::sigpending(pending);
        let result = counted(call());
        let foreign = libc::sigismember(pending, libc::SIGPIPE) == 1;
        if result == Err(Errno::BROKEN_PIPE) && !foreign {
            libc::sigtimedwait(pipe, std::ptr::null_mut(), &raw const at_once);
        }
        libc::pthread_sigmask(libc::SIG_SETMASK, before, std::ptr::null_mut());
        result
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, SeekFrom};
    use std::net::{Shutdown, TcpListener, TcpStream};
    use std::os::fd::AsRawFd;
    use std::path::Path;

    use super::File;
    use crate::error::Error;
    use crate::kernel::net::Errno;

    fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback exists");
        let client = TcpStream::connect(listener.local_addr().expect("it is bound"));
        (client.expect("it listens"), listener.accept().expect("one has connected").0)
    }

    #[test]
    fn what_cannot_be_opened_says_why() {
        let open = |path| File::open(Path::new(path)).err();
        assert_eq!(open("there-is-no-such-file"), Some(Error::FILE_NOT_FOUND));
        assert_eq!(open("there-is-no-such/file"), Some(Error::PATH_NOT_FOUND));
        assert_eq!(open("/"), Some(Error::ACCESS_DENIED));
        assert_eq!(open("/dev/null"), Some(Error::ACCESS_DENIED));
    }

    #[test]
    fn a_position_of_the_callers_leaves_the_files_alone() {
        let (sender, mut receiver) = pair();
        let file = File::open(Path::new("Cargo.toml")).expect("this crate's");
        let mut at = 1;
        assert_eq!(file.send(sender.as_raw_fd(), Some(&mut at), 7), Ok(7));
        assert_eq!((at, file.seek(SeekFrom::Current(0))), (8, Ok(0)));
        assert_eq!(file.send(sender.as_raw_fd(), None, 9), Ok(9));
        assert_eq!(file.seek(SeekFrom::Current(0)), Ok(9));
        drop(sender);
        let mut got = String::new();
        receiver.read_to_string(&mut got).expect("it ends");
        assert_eq!(got, "package[package]");
    }

    #[test]
    fn a_broken_pipe_raises_no_signal() {
        let (sender, _receiver) = pair();
        sender.shutdown(Shutdown::Write).expect("it is connected");
        let file = File::open(Path::new("Cargo.toml")).expect("this crate's");
        // SAFETY: the default action, which would end this process, stands for one call.
        let before = unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
        assert_eq!(file.send(sender.as_raw_fd(), None, 9), Err(Errno::BROKEN_PIPE));
        // SAFETY: the action that stood before this test, put back.
        unsafe { libc::signal(libc::SIGPIPE, before) };
    }
}
