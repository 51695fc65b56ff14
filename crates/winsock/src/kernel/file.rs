//! Files: opened, read, written, and copied to a socket by the kernel.
//!
//! # Safety
//!
//! Memory handed over is used during the call only: our own stack's, or a caller's that its
//! function vouches for.

#![allow(unsafe_code)]

use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::net::{Errno, counted};
use super::stream::{self, Kind, Owed, quietly};
use crate::error::{Error, Status};

/// A file. Its position, if it has one, is the descriptor's.
pub struct File {
    inner: fs::File,
    kind: Kind,
    owed: Owed,
    /// The standard descriptor that it is, which goes with it.
    standard: Option<RawFd>,
}

/// How a file is to be opened.
#[derive(Clone, Copy)]
pub struct Opening {
    /// Its content will be read.
    pub reads: bool,
    /// Its content will be written.
    pub writes: bool,
    /// Each write is on the disk when it is over.
    pub through: bool,
    /// What if there is such a file, and if there is none.
    pub disposition: Disposition,
}

/// What to do with a file that is there, and with one that is not.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// Opens what is there.
    Existing,
    /// Opens what is there, and empties it.
    Truncated,
    /// Makes one, if there is none.
    New,
    /// Makes one, or opens what is there.
    Any,
    /// Makes one, or opens what is there and empties it.
    Empty,
}

/// Where in a file bytes are read or written.
#[derive(Clone, Copy)]
pub enum Place {
    /// Where it stands, which moves on.
    Here,
    /// From this byte on.
    At(u64),
    /// Behind its last byte.
    End,
}

impl File {
    /// Opens a file, and says whether it was there already: 2 if there is none, 3 if its folder is
    /// none, 5 if it may not be used so or is a folder, 80 if there must be none.
    pub fn open(path: &Path, opening: Opening) -> Result<(File, bool), Error> {
        let Opening { reads, writes, through, disposition } = opening;
        let flags = if through { libc::O_SYNC } else { 0 };
        let mut options = fs::OpenOptions::new();
        options.read(reads || !writes).write(writes).custom_flags(flags);
        let makes = matches!(disposition, Disposition::New | Disposition::Any | Disposition::Empty);
        if makes {
            match options.clone().write(true).create_new(true).open(path) {
                Ok(file) => return Ok((File::of(file, Kind::Disk), false)),
                Err(error) if error.raw_os_error() != Some(libc::EEXIST) => {
                    return Err(refusal(path, &error));
                }
                Err(_) if disposition == Disposition::New => return Err(Error::FILE_EXISTS),
                Err(_) => {}
            }
        }
        if matches!(disposition, Disposition::Truncated | Disposition::Empty) {
            options.write(true).truncate(true);
        }
        let file = options.open(path).map_err(|error| refusal(path, &error))?;
        File::adopt(file).map_err(|_| Error::ACCESS_DENIED).map(|file| (file, true))
    }

    /// The file of a descriptor: 50 if that is no ordinary file.
    pub fn from_fd(fd: OwnedFd) -> Result<File, Error> {
        File::adopt(fs::File::from(fd))
    }

    fn adopt(file: fs::File) -> Result<File, Error> {
        let ordinary = file.metadata().is_ok_and(|facts| facts.is_file());
        if ordinary { Ok(File::of(file, Kind::Disk)) } else { Err(Error::NOT_SUPPORTED) }
    }

    fn of(inner: fs::File, kind: Kind) -> File {
        File { inner, kind, owed: Owed::default(), standard: None }
    }

    /// Standard input, output or errors, by the number of its descriptor, whatever it is; and
    /// whether it can be read and written. `None`: there is none.
    pub fn standard(fd: RawFd) -> Option<(File, bool, bool)> {
        let (mut file, reads, writes) = File::same_as(fd)?;
        let one_way = file.kind == Kind::Terminal; // all three are often one, for both
        file.standard = Some(fd);
        Some((file, reads && !(one_way && fd > 0), writes && !(one_way && fd == 0)))
    }

    /// What a descriptor stands for, whatever it is, by one of its own; and whether it can be read
    /// and written. `None`: there is none.
    pub fn same_as(fd: RawFd) -> Option<(File, bool, bool)> {
        let (reads, writes) = stream::access(fd)?;
        let inner = stream::duplicate(fd)?;
        let kind = Kind::of(&inner);
        Some((File::of(inner, kind), reads, writes))
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// A pipe: the end to read from, and the one to write to.
    pub fn pipe() -> Result<[File; 2], Error> {
        let mut ends = [0; 2];
        // SAFETY: two numbers are written to a local.
        if unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) } != 0 {
            return Err(Error::TOO_MANY_OPEN_FILES);
        }
        // SAFETY: the call above made the descriptors, and nobody else has them.
        Ok(ends.map(|fd| File::of(unsafe { fs::File::from_raw_fd(fd) }, Kind::Pipe)))
    }

    /// Of a pipe: at most so many of the bytes that wait, which go on waiting, and how many do.
    pub fn look(&self, bytes_max: usize) -> Result<(Vec<u8>, u32), Status> {
        if self.kind != Kind::Pipe {
            return Err(Status::INVALID_HANDLE);
        }
        let (fd, mut total) = (self.inner.as_raw_fd(), 0i32);
        // SAFETY: the number of bytes is written to a local.
        unsafe { libc::ioctl(fd, libc::FIONREAD, &raw mut total) };
        let count = bytes_max.min(total as usize);
        if total == 0 && stream::is_over(fd) {
            return Err(Status::PIPE_BROKEN);
        }
        let mut bytes = vec![0; count];
        if count > 0 {
            let [mut from, to] = File::pipe().map_err(|_| Status::INSUFFICIENT_RESOURCES)?;
            // SAFETY: both are pipes of their owners', and the content is copied between them.
            let copied = counted(unsafe { libc::tee(fd, to.fd(), count, libc::SPLICE_F_NONBLOCK) });
            bytes.truncate(copied.map_err(Errno::status)?);
            from.inner.read_exact(&mut bytes).map_err(|_| Status::UNSUCCESSFUL)?;
        }
        Ok((bytes, total as u32))
    }

    /// Its descriptor, good while it lives.
    pub fn fd(&self) -> RawFd {
        self.inner.as_raw_fd()
    }

    /// Its length in bytes.
    pub fn bytes(&self) -> Result<u64, Error> {
        self.inner.metadata().map(|facts| facts.len()).map_err(|_| Error::GEN_FAILURE)
    }

    /// Moves its position, and says where it is now; 131 before the beginning.
    pub fn seek(&self, to: SeekFrom) -> Result<u64, Error> {
        (&self.inner).seek(to).map_err(|_| Error::NEGATIVE_SEEK)
    }

    /// Cuts it, or lengthens it by zeros, to where it stands.
    pub fn cut(&self) -> Result<(), Status> {
        let at = self.seek(SeekFrom::Current(0)).map_err(|_| Status::INVALID_PARAMETER)?;
        self.inner.set_len(at).map_err(|error| failure(error.raw_os_error()))
    }

    /// Waits until what was written is on the disk.
    pub fn flush(&self) -> Result<(), Status> {
        self.inner.sync_all().map_err(|error| failure(error.raw_os_error()))
    }

    /// Reads until `bytes` are there or the file ends; how many. What is no ordinary file gives
    /// what it has ([`stream::read`]).
    ///
    /// # Safety
    ///
    /// `to` is valid for writes of `bytes` bytes during the call.
    pub unsafe fn read(&self, to: *mut u8, bytes: u32, place: Place) -> Result<u32, Status> {
        if self.kind != Kind::Disk {
            // SAFETY: the caller's buffer, vouched for.
            return unsafe { stream::read(&self.inner, self.kind, &self.owed, to, bytes) };
        }
        let fd = self.inner.as_raw_fd();
        whole(bytes, |done| {
            let (to, left) = (to.wrapping_add(done).cast(), bytes as usize - done);
            // SAFETY: the rest of the caller's buffer; the descriptor is open.
            unsafe {
                match place {
                    Place::At(at) => libc::pread(fd, to, left, offset(at, done)?),
                    Place::Here | Place::End => libc::read(fd, to, left),
                }
                .pass()
            }
        })
    }

    /// Writes `bytes`; how many, which is fewer only if the disk is full.
    ///
    /// # Safety
    ///
    /// `from` is valid for reads of `bytes` bytes during the call.
    pub unsafe fn write(&self, from: *const u8, bytes: u32, place: Place) -> Result<u32, Status> {
        if self.kind != Kind::Disk {
            // SAFETY: the caller's bytes, vouched for.
            return unsafe { stream::write(&self.inner, self.kind, from, bytes) };
        }
        let fd = self.inner.as_raw_fd();
        whole(bytes, |done| {
            let (from, left) = (from.wrapping_add(done).cast(), bytes as usize - done);
            let rest = libc::iovec { iov_base: from as *mut libc::c_void, iov_len: left };
            // SAFETY: the rest of the caller's buffer, which is only read; the descriptor is open.
            unsafe {
                match place {
                    Place::Here => libc::write(fd, from, left),
                    Place::At(at) => libc::pwrite(fd, from, left, offset(at, done)?),
                    Place::End => libc::pwritev2(fd, &raw const rest, 1, 0, libc::RWF_APPEND),
                }
                .pass()
            }
        })
    }

    /// Copies at most `bytes` to a socket, from `at`, which moves on, or from where the file
    /// stands; 0 at its end.
    pub fn send(&self, socket: RawFd, at: Option<&mut i64>, bytes: u32) -> Result<usize, Errno> {
        let at = at.map_or(std::ptr::null_mut(), std::ptr::from_mut);
        // SAFETY: the position is borrowed for the call; both descriptors are open during it.
        quietly(|| unsafe { libc::sendfile(socket, self.inner.as_raw_fd(), at, bytes as usize) })
    }
}

impl File {
    /// Reads at most `bytes` to a raw place, from `at`, which moves on, or from where the file
    /// stands; 0 at its end.
    ///
    /// # Safety
    ///
    /// So many bytes at `to` may be written during the call.
    pub unsafe fn read_raw(
        &self,
        to: *mut u8,
        bytes: usize,
        at: Option<&mut i64>,
    ) -> Result<usize, Errno> {
        let fd = self.inner.as_raw_fd();
        let Some(at) = at else {
            // SAFETY: the caller lends the bytes.
            return counted(unsafe { libc::read(fd, to.cast(), bytes) });
        };
        // SAFETY: the caller lends the bytes.
        let got = counted(unsafe { libc::pread(fd, to.cast(), bytes, *at) })?;
        *at += got as i64;
        Ok(got)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        if let Some(fd) = self.standard {
            stream::retire(fd);
        }
    }
}

/// Removes a file: 2, 3, or 5 if it may not be or is a folder.
pub fn remove(path: &Path) -> Result<(), Error> {
    fs::remove_file(path).map_err(|error| refusal(path, &error))
}

/// Why a path cannot be used so.
fn refusal(path: &Path, error: &std::io::Error) -> Error {
    match error.raw_os_error() {
        Some(libc::ENOENT) if path.parent().is_none_or(is_folder) => Error::FILE_NOT_FOUND,
        Some(libc::ENOENT | libc::ENOTDIR) => Error::PATH_NOT_FOUND,
        Some(libc::EACCES | libc::EPERM | libc::EISDIR | libc::EROFS) => Error::ACCESS_DENIED,
        Some(errno) => Error::from_errno(errno),
        None => Error::GEN_FAILURE,
    }
}

/// As what an operation on a file ends that Linux fails.
fn failure(errno: Option<i32>) -> Status {
    match errno {
        Some(libc::ENOSPC | libc::EDQUOT | libc::EFBIG) => Status::DISK_FULL,
        errno => Status::from_errno(errno.unwrap_or(libc::EIO)),
    }
}

/// `at` and what is done since, as Linux takes it.
fn offset(at: u64, done: usize) -> Result<i64, i32> {
    at.checked_add(done as u64).and_then(|at| i64::try_from(at).ok()).ok_or(libc::EINVAL)
}

/// The count of a call, or its errno.
trait Pass {
    fn pass(self) -> Result<usize, i32>;
}

impl Pass for isize {
    fn pass(self) -> Result<usize, i32> {
        usize::try_from(self).map_err(|_| super::sys::errno())
    }
}

/// Repeats `step`, which is told what is done, until all is or it brings nothing more.
fn whole(bytes: u32, mut step: impl FnMut(usize) -> Result<usize, i32>) -> Result<u32, Status> {
    let mut done = 0;
    while done < bytes as usize {
        match step(done) {
            Ok(0) => break,
            Ok(more) => done += more,
            Err(libc::EINTR) => {}
            Err(_) if done > 0 => break, // told by the next call
            Err(errno) => return Err(failure(Some(errno))),
        }
    }
    Ok(done as u32)
}

fn is_folder(path: &Path) -> bool {
    path.as_os_str().is_empty() || path.is_dir()
}

#[cfg(test)]
mod tests {
    use std::io::{Read, SeekFrom};
    use std::net::{Shutdown, TcpListener, TcpStream};
    use std::os::fd::AsRawFd;
    use std::path::Path;

    use super::{Disposition, File, Opening};
    use crate::error::Error;
    use crate::kernel::net::Errno;

    fn existing(path: &str) -> Result<File, Error> {
        let disposition = Disposition::Existing;
        let opening = Opening { reads: true, writes: false, through: false, disposition };
        File::open(Path::new(path), opening).map(|(file, _)| file)
    }

    fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback exists");
        let client = TcpStream::connect(listener.local_addr().expect("it is bound"));
        (client.expect("it listens"), listener.accept().expect("one has connected").0)
    }

    #[test]
    fn what_cannot_be_opened_says_why() {
        let open = |path| existing(path).err();
        assert_eq!(open("there-is-no-such-file"), Some(Error::FILE_NOT_FOUND));
        assert_eq!(open("there-is-no-such/file"), Some(Error::PATH_NOT_FOUND));
        assert_eq!(open("/"), Some(Error::ACCESS_DENIED));
        assert_eq!(open("/dev/null"), Some(Error::ACCESS_DENIED));
    }

    #[test]
    fn a_position_of_the_callers_leaves_the_files_alone() {
        let (sender, mut receiver) = pair();
        let file = existing("Cargo.toml").expect("this crate's");
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
        let file = existing("Cargo.toml").expect("this crate's");
        // SAFETY: the default action, which would end this process, stands for one call.
        let before = unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
        assert_eq!(file.send(sender.as_raw_fd(), None, 9), Err(Errno::BROKEN_PIPE));
        // SAFETY: the action that stood before this test, put back.
        unsafe { libc::signal(libc::SIGPIPE, before) };
    }
}
