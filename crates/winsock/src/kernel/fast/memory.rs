//! The memory of a fast connection: sealed against shrinking, mapped by both processes.
//!
//! ```text
//!   0          1024       2048         4096            4096 + size       4096 + 2 size
//!   │ control 0 │ control 1 │ agreement │ bytes, way 0 │ bytes, way 1     │
//! ```
//!
//! # Safety
//!
//! The mapping is as long as the file, which cannot shrink, and lives as long as the [`Memory`].
//! The other process writes it whenever it likes: words in it are atomics, and bytes are copied
//! by raw pointers, never referred to. Every position is reduced to the ring's size here.

#![allow(unsafe_code)]

use std::os::fd::{AsFd, OwnedFd};
use std::ptr::{self, NonNull};

use rustix::fs::{self, MemfdFlags, SealFlags};
use rustix::mm::{self, MapFlags, ProtFlags};

use super::agreement::Agreement;
use super::ring::Control;

/// Where the second control, the agreement and the bytes begin.
const SECOND: usize = 1024;
const AGREEMENT: usize = 2048;
const BYTES: usize = 4096;

/// What a ring may measure: a power of two between these.
const SIZE_MIN: u64 = 1 << 12;
pub const SIZE_MAX: u64 = 1 << 24;

const _: () =
    assert!(size_of::<Control>() <= SECOND && size_of::<Agreement>() <= BYTES - AGREEMENT);

/// Two rings and what belongs to them.
#[derive(Debug)]
pub struct Memory {
    base: NonNull<u8>,
    size: u64,
}

// SAFETY: the mapping belongs to the process; all of it is atomics, or bytes copied raw.
unsafe impl Send for Memory {}
// SAFETY: whoever shares it sees nothing but atomics and bytes copied raw.
unsafe impl Sync for Memory {}

fn length(size: u64) -> usize {
    BYTES + 2 * size as usize
}

impl Memory {
    /// New memory for two rings of `size` bytes, and its file.
    pub fn create(size: u64) -> Option<(Memory, OwnedFd)> {
        let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
        let file = fs::memfd_create("overlapped-loopback", flags).ok()?;
        fs::ftruncate(&file, length(size) as u64).ok()?;
        fs::fcntl_add_seals(&file, SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL).ok()?;
        Some((Memory::map(&file, size)?, file))
    }

    /// The memory in another process' file; `None` if it is not as it should be.
    pub fn adopt(file: impl AsFd, size: u64) -> Option<Memory> {
        let sane = size.is_power_of_two() && (SIZE_MIN..=SIZE_MAX).contains(&size);
        let sealed =
            fs::fcntl_get_seals(&file).is_ok_and(|seals| seals.contains(SealFlags::SHRINK));
        let fits = || fs::fstat(&file).is_ok_and(|facts| facts.st_size as usize == length(size));
        if sane && sealed && fits() { Memory::map(&file, size) } else { None }
    }

    fn map(file: impl AsFd, size: u64) -> Option<Memory> {
        let access = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: a new mapping at a place of the kernel's choice touches nothing that exists.
        let base =
            unsafe { mm::mmap(ptr::null_mut(), length(size), access, MapFlags::SHARED, file, 0) };
        Some(Memory { base: NonNull::new(base.ok()?.cast())?, size })
    }

    /// The bytes of one ring.
    #[inline(always)]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The shared words of a way, 0 or 1.
    #[inline(always)]
    pub fn control(&self, way: usize) -> &Control {
        // SAFETY: both places are inside the mapping, aligned, and hold atomics only, for which
        // any bits are a value.
        unsafe { self.base.add((way & 1) * SECOND).cast().as_ref() }
    }

    /// What the two sides agree on.
    pub fn agreement(&self) -> &Agreement {
        // SAFETY: inside the mapping, aligned; atomics only.
        unsafe { self.base.add(AGREEMENT).cast().as_ref() }
    }

    /// The longest piece in one of a way's `bytes` bytes from position `at` on.
    #[inline(always)]
    pub fn piece(&self, way: usize, at: u64, bytes: u64) -> (*mut u8, usize) {
        let from = at & (self.size - 1);
        let offset = BYTES + (way & 1) * self.size as usize + from as usize;
        // SAFETY: a position below the ring's size, in one of the mapping's two rings.
        let place = unsafe { self.base.as_ptr().add(offset) };
        (place, bytes.min(self.size - from) as usize)
    }

    /// The byte at position `at` will be read soon: its cache line may as well begin to come now.
    #[inline(always)]
    pub fn expect(&self, way: usize, at: u64) {
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            let (place, _) = self.piece(way, at, 1);
            // SAFETY: a hint, which reads nothing and never fails.
            unsafe { _mm_prefetch(place.cast(), _MM_HINT_T0) };
        }
        #[cfg(not(target_arch = "x86_64"))]
        let _ = (way, at); // elsewhere it comes when it is read
    }

    /// Copies into a way's ring at position `at`; at most its size.
    ///
    /// # Safety
    ///
    /// The caller lends `bytes` bytes at `from` for the call.
    #[inline(always)]
    pub unsafe fn store(&self, way: usize, at: u64, from: *const u8, bytes: u64) {
        let (place, first) = self.piece(way, at, bytes);
        let (rest, left) = self.piece(way, at + first as u64, bytes - first as u64);
        // SAFETY: both pieces are inside the mapping and shorter than what the caller lends.
        unsafe {
            ptr::copy_nonoverlapping(from, place, first);
            if left > 0 {
                ptr::copy_nonoverlapping(from.add(first), rest, left);
            }
        }
    }

    /// Copies out of a way's ring at position `at`; at most its size.
    ///
    /// # Safety
    ///
    /// The caller lends `bytes` writable bytes at `to` for the call.
    #[inline(always)]
    pub unsafe fn load(&self, way: usize, at: u64, to: *mut u8, bytes: u64) {
        let (place, first) = self.piece(way, at, bytes);
        let (rest, left) = self.piece(way, at + first as u64, bytes - first as u64);
        // SAFETY: both pieces are inside the mapping and shorter than what the caller lends.
        unsafe {
            ptr::copy_nonoverlapping(place, to, first);
            if left > 0 {
                ptr::copy_nonoverlapping(rest, to.add(first), left);
            }
        }
    }
}

#[cfg(test)]
impl Memory {
    /// Writes a word, counted from the beginning, as a hostile process may.
    pub fn scribble(&self, word: usize, value: u64) {
        assert!(word < BYTES / 8);
        // SAFETY: inside the mapping, aligned; all words there are atomics.
        let word = unsafe { self.base.cast::<std::sync::atomic::AtomicU64>().add(word).as_ref() };
        word.store(value, std::sync::atomic::Ordering::Release);
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: mapped with this length by this object, whose references end with it.
        _ = unsafe { mm::munmap(self.base.as_ptr().cast(), length(self.size)) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: u64 = SIZE_MIN;

    #[test]
    fn both_mappings_show_the_same_bytes_across_the_edge() {
        let (one, file) = Memory::create(SIZE).expect("memory is there");
        let two = Memory::adopt(&file, SIZE).expect("it is as it should be");
        let (sent, mut got) = ([7u8, 8, 9], [0u8; 3]);
        // SAFETY: arrays of three bytes, for three bytes.
        unsafe {
            one.store(1, SIZE - 2, sent.as_ptr(), 3);
            two.load(1, 5 * SIZE - 2, got.as_mut_ptr(), 3);
        }
        assert_eq!(got, sent);
        one.control(0).finish(true);
        assert_eq!(two.control(0).end(), super::super::ring::End::Aborted);
    }

    #[test]
    fn files_that_are_not_as_they_should_be_are_refused() {
        let (_, file) = Memory::create(SIZE).expect("memory is there");
        for size in [0, 1, SIZE * 2, SIZE - 1, u64::MAX, 1 << 63] {
            assert!(Memory::adopt(&file, size).is_none(), "{size}");
        }
        let unsealed = fs::memfd_create("test", MemfdFlags::ALLOW_SEALING).expect("it is there");
        fs::ftruncate(&unsealed, length(SIZE) as u64).expect("it grows");
        assert!(Memory::adopt(&unsealed, SIZE).is_none(), "it may shrink");
        let null = std::fs::File::open("/dev/null").expect("it is there");
        assert!(Memory::adopt(&null, SIZE).is_none());
    }
}
