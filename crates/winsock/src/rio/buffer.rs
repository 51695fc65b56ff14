//! Registered buffers: numbers for memory that the caller lends until it takes it back.
//!
//! ```text
//!   RIO_BUFFERID:  | generation: 32 bits | place + 1: 32 bits |      odd generation: registered
//! ```
//!
//! A look-up takes no lock: it reads the place between two looks at its generation. Registration
//! is promise enough for the memory, which is the caller's; nothing here touches it.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering, fence};

use parking_lot::Mutex;
use windows_sys::Win32::Networking::WinSock::{RIO_BUF, RIO_BUFFERID};

use crate::error::Error;
use crate::kernel::pages;

const PLACES_MAX: usize = 1 << 20;

struct Place {
    generation: AtomicU32,
    length: AtomicU32,
    start: AtomicUsize,
}

/// All zeros, of which the kernel provides those pages only that are touched.
static PLACES: [Place; PLACES_MAX] = [const {
    Place { generation: AtomicU32::new(0), length: AtomicU32::new(0), start: AtomicUsize::new(0) }
}; PLACES_MAX];

struct Free {
    places: Vec<u32>,
    used: u32,
}

static FREE: Mutex<Free> = Mutex::new(Free { places: Vec::new(), used: 0 });

/// RIORegisterBuffer (S10.3): 10022 for no bytes, 10014 for memory that is not there, 10055 when a
/// million are registered.
pub fn register(start: usize, length: u32) -> Result<RIO_BUFFERID, Error> {
    if length == 0 {
        return Err(Error::INVALID);
    }
    if start == 0 {
        return Err(Error::FAULT);
    }
    pages::bring_in(start, length as usize)?;
    let mut free = FREE.lock();
    let at = match free.places.pop() {
        Some(at) => at,
        None if (free.used as usize) < PLACES_MAX => {
            free.used += 1;
            free.used - 1
        }
        None => return Err(Error::NO_BUFFERS),
    };
    let place = &PLACES[at as usize];
    let generation = place.generation.load(Ordering::Relaxed) | 1;
    fence(Ordering::Release);
    place.start.store(start, Ordering::Relaxed);
    place.length.store(length, Ordering::Relaxed);
    place.generation.store(generation, Ordering::Release);
    Ok(id(generation, at))
}

/// RIODeregisterBuffer (S10.5): nothing happens to a number that is none.
pub fn deregister(buffer: RIO_BUFFERID) {
    let Some((generation, place, at)) = place(buffer) else { return };
    let mut free = FREE.lock();
    if place.generation.load(Ordering::Relaxed) == generation {
        place.generation.store(generation.wrapping_add(1), Ordering::Release);
        free.places.push(at);
    }
}

/// Where a slice of a registered buffer lies, and its length (S10.4): 10014 if no such buffer is
/// registered, 10022 if the slice does not lie inside.
#[inline]
pub fn slice(slice: &RIO_BUF) -> Result<(usize, u32), Error> {
    let (generation, place, _) = place(slice.BufferId).ok_or(Error::FAULT)?;
    let seen = place.generation.load(Ordering::Acquire);
    let start = place.start.load(Ordering::Relaxed);
    let length = place.length.load(Ordering::Relaxed);
    fence(Ordering::Acquire);
    if seen != generation || place.generation.load(Ordering::Relaxed) != generation {
        return Err(Error::FAULT);
    }
    match slice.Offset.checked_add(slice.Length) {
        Some(end) if end <= length => Ok((start + slice.Offset as usize, slice.Length)),
        _ => Err(Error::INVALID),
    }
}

fn id(generation: u32, at: u32) -> RIO_BUFFERID {
    (u64::from(generation) << 32 | u64::from(at + 1)) as RIO_BUFFERID
}

/// The generation that `buffer` names, if it may be that of a registered one, and the place.
#[inline]
fn place(buffer: RIO_BUFFERID) -> Option<(u32, &'static Place, u32)> {
    let (generation, at) = ((buffer as u64 >> 32) as u32, (buffer as u32).wrapping_sub(1));
    let place = PLACES.get(at as usize)?;
    (generation & 1 == 1).then_some((generation, place, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(id: RIO_BUFFERID, length: u32) -> Result<(usize, u32), Error> {
        slice(&RIO_BUF { BufferId: id, Offset: 0, Length: length })
    }

    #[test]
    fn a_number_is_good_until_its_buffer_is_deregistered() {
        let memory = [0u8; 64];
        let start = memory.as_ptr() as usize;
        let first = register(start, 64).expect("it is there");
        assert_eq!(whole(first, 64), Ok((start, 64)));
        deregister(first);
        assert_eq!(whole(first, 64), Err(Error::FAULT));
        deregister(first); // once more: nothing
        let second = register(start, 64).expect("it is there");
        assert_ne!(first, second);
        assert_eq!(whole(first, 64), Err(Error::FAULT));
        assert_eq!(whole(second, 64), Ok((start, 64)));
        deregister(second);
    }

    #[test]
    fn a_slice_lies_inside() {
        let memory = [0u8; 64];
        let id = register(memory.as_ptr() as usize, 64).expect("it is there");
        for (offset, length) in [(0, 65), (64, 1), (u32::MAX, 2), (1, u32::MAX)] {
            let outside = RIO_BUF { BufferId: id, Offset: offset, Length: length };
            assert_eq!(slice(&outside), Err(Error::INVALID));
        }
        let last = RIO_BUF { BufferId: id, Offset: 63, Length: 1 };
        assert_eq!(slice(&last), Ok((memory.as_ptr() as usize + 63, 1)));
        deregister(id);
    }

    #[test]
    fn what_no_call_returned_is_no_buffer() {
        for id in [0, 1, 0xFFFF_FFFF, -1, 1 << 32, 7 << 32 | 5, isize::MAX] {
            assert_eq!(whole(id, 1), Err(Error::FAULT));
            deregister(id);
        }
    }

    #[test]
    fn memory_that_is_not_there_is_10014() {
        assert_eq!(register(0, 16), Err(Error::FAULT));
        assert_eq!(register(usize::MAX - 8, 16), Err(Error::FAULT));
        assert_eq!(register(8, 16), Err(Error::FAULT));
    }
}
