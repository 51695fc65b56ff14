//! ③ A file as handles name it: what may be done with it, its port, and operations on it. They are
//! done at once, by the thread that asks, and told as any other: by the OVERLAPPED, an event, the
//! port. A thread that a slow disk holds up is replaced at its port as for any other block.
//!
//! # Safety
//!
//! Buffer and OVERLAPPED are the caller's, valid from the call to the completion (S2.1), which here
//! comes before the call returns.

#![allow(unsafe_code, reason = "the caller's pointers")]

use std::io::SeekFrom;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use windows_sys::Win32::System::IO::OVERLAPPED;

use crate::apc::Routine;
use crate::complete;
use crate::error::{Error, Status};
use crate::event::Event;
use crate::handle::{self, Object};
use crate::kernel::file::{self as kernel, Opening, Place};
use crate::pipe::Look;
use crate::readiness::IoPort;
use crate::socket::Association;

/// What a handle allows.
#[derive(Clone, Copy, Default)]
pub struct Rights {
    /// To read its content.
    pub reads: bool,
    /// To write anywhere.
    pub writes: bool,
    /// To write behind the last byte.
    pub appends: bool,
}

/// An open file.
pub struct File {
    /// What it is to Linux.
    pub content: Arc<kernel::File>,
    rights: Rights,
    /// FILE_FLAG_OVERLAPPED: it has no position of its own, and may have a port.
    overlapped: bool,
    association: OnceLock<Association>,
    /// Immediate successes queue no packet (S1.50).
    skips_packets: AtomicBool,
    /// The handle as an object to wait for.
    signal: Arc<Event>,
    /// Goes with the last handle.
    doomed: Option<PathBuf>,
}

/// What is to be done with a file's content.
pub enum Transfer {
    /// Read to here.
    Read(*mut u8),
    /// Write from here.
    Write(*const u8),
}

/// How a file is to be opened, beyond what Linux must know.
pub struct Wish {
    /// What the handle will be good for.
    pub rights: Rights,
    /// FILE_FLAG_OVERLAPPED.
    pub overlapped: bool,
    /// FILE_FLAG_DELETE_ON_CLOSE.
    pub doomed: bool,
}

/// Opens a file, and says whether it was there already.
pub fn open(path: &Path, opening: Opening, wish: Wish) -> Result<(File, bool), Error> {
    let (content, existed) = kernel::File::open(path, opening)?;
    let mut file = File::of(content, wish.rights, wish.overlapped);
    file.doomed = wish.doomed.then(|| path.to_owned());
    Ok((file, existed))
}

/// Associates what is behind a handle with a port: 6 for a bad handle, 87 if it is with one already
/// or was not made for it (S1.2, S1.6, S1.8).
pub fn associate(handle: usize, port: Arc<IoPort>, key: usize) -> Result<(), Error> {
    match handle::look_up(handle).as_deref() {
        Some(Object::File(file)) => file.associate(port, key),
        Some(Object::Device(device)) => device.associate(port, key),
        _ => {
            let socket = handle::socket(handle).map_err(|_| Error::INVALID_HANDLE)?;
            socket.associate(port, key)
        }
    }
}

/// CreatePipe: the end to read from, and the one to write to.
pub fn pipe() -> Result<[File; 2], Error> {
    let [from, to] = kernel::File::pipe()?;
    let reads = Rights { reads: true, ..Rights::default() };
    let writes = Rights { writes: true, ..Rights::default() };
    Ok([File::of(from, reads, false), File::of(to, writes, false)])
}

/// Standard input, output or errors, 0 to 2; `None` if the process has none.
pub fn standard(number: u32) -> Option<File> {
    let (content, reads, writes) = kernel::File::standard(number as i32)?;
    Some(File::of(content, Rights { reads, writes, appends: false }, false))
}

impl File {
    /// A file with these rights.
    pub fn of(content: kernel::File, rights: Rights, overlapped: bool) -> File {
        File {
            content: Arc::new(content),
            rights,
            overlapped,
            association: OnceLock::new(),
            skips_packets: AtomicBool::new(false),
            signal: Arc::new(Event::new(true, false)),
            doomed: None,
        }
    }

    /// The handle as an object to wait for.
    pub fn signal(&self) -> &Arc<Event> {
        &self.signal
    }

    /// Whether it is read, and not written.
    pub fn is_input(&self) -> bool {
        self.rights.reads && !self.rights.writes
    }

    fn associate(&self, port: Arc<IoPort>, key: usize) -> Result<(), Error> {
        if !self.overlapped {
            return Err(Error::INVALID_PARAMETER);
        }
        let association = Association { port, key };
        self.association.set(association).map_err(|_| Error::INVALID_PARAMETER)
    }

    /// From now on immediate successes queue no packet; 87 without FILE_FLAG_OVERLAPPED (S1.50).
    pub fn skip_packets(&self) -> Result<(), Error> {
        if !self.overlapped {
            return Err(Error::INVALID_PARAMETER);
        }
        self.skips_packets.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Reads or writes; how many bytes (S15.1–S15.8).
    ///
    /// # Safety
    ///
    /// As the file says.
    pub unsafe fn transfer(
        &self,
        what: Transfer,
        bytes: u32,
        overlapped: *mut OVERLAPPED,
        routine: Option<Routine>,
    ) -> Result<u32, Error> {
        self.check(&what)?;
        if overlapped.is_null() {
            if self.overlapped {
                return Err(Error::INVALID_PARAMETER);
            }
            // SAFETY: the caller's buffer, used during the call.
            return unsafe { self.run(what, bytes, Place::Here) }.map_err(Status::win32);
        }
        // SAFETY: the caller's OVERLAPPED, whose two halves of an offset are the input.
        let (target, at) = unsafe {
            let halves = (*overlapped).Anonymous.Anonymous;
            let at = u64::from(halves.OffsetHigh) << 32 | u64::from(halves.Offset);
            match routine {
                None => (complete::begin(overlapped)?, at),
                Some(routine) => (complete::begin_with_routine(overlapped, routine), at),
            }
        };
        if target.event.is_none() {
            self.signal.reset();
        }
        let place = match at {
            u64::MAX if matches!(what, Transfer::Write(_)) => Place::End,
            at => Place::At(at),
        };
        let reads = matches!(what, Transfer::Read(_)) && bytes > 0;
        // SAFETY: the caller's buffer, used during the call.
        let done = match unsafe { self.run(what, bytes, place) } {
            Ok(0) if reads => Err(Status::END_OF_FILE),
            done => done,
        };
        if let (false, Ok(done)) = (self.overlapped, done) {
            _ = self.content.seek(SeekFrom::Start(at.saturating_add(done.into())));
        }
        let skips = self.skips_packets.load(Ordering::Relaxed);
        let association = self.association.get().filter(|_| !skips);
        complete::complete_file(&target, done, association, &self.signal);
        done.map_err(Status::win32)
    }

    fn check(&self, what: &Transfer) -> Result<(), Error> {
        let Rights { reads, writes, appends } = self.rights;
        let may = match what {
            Transfer::Read(_) => reads,
            Transfer::Write(_) => writes || appends,
        };
        if may { Ok(()) } else { Err(Error::ACCESS_DENIED) }
    }

    /// # Safety
    ///
    /// The buffer is valid for so many bytes during the call.
    unsafe fn run(&self, what: Transfer, bytes: u32, place: Place) -> Result<u32, Status> {
        let appends = matches!(what, Transfer::Write(_)) && !self.rights.writes;
        let place = if appends { Place::End } else { place };
        // SAFETY: the caller vouches for the buffer.
        unsafe {
            match what {
                Transfer::Read(to) => self.content.read(to, bytes, place),
                Transfer::Write(from) => self.content.write(from, bytes, place),
            }
        }
    }

    /// What a read of a pipe would find, of its content at most so many bytes (S16.14).
    pub fn look(&self, bytes_max: u32) -> Result<Look, Error> {
        self.check(&Transfer::Read(std::ptr::null_mut()))?;
        let (next, total) = self.content.look(bytes_max as usize).map_err(Status::win32)?;
        Ok(Look { next, left: 0, total })
    }

    /// FlushFileBuffers.
    pub fn flush(&self) -> Result<(), Error> {
        self.check(&Transfer::Write(std::ptr::null()))?;
        self.content.flush().map_err(Status::win32)
    }

    /// SetEndOfFile.
    pub fn cut(&self) -> Result<(), Error> {
        if !self.rights.writes {
            return Err(Error::ACCESS_DENIED);
        }
        self.content.cut().map_err(Status::win32)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        if let Some(path) = &self.doomed {
            _ = kernel::remove(path); // somebody else may have been quicker
        }
    }
}
