//! One direction of a fast connection: the words that writer and reader share, and how they wait
//! for each other. Bytes are counted here; they are copied elsewhere (memory.rs).
//!
//! ```text
//!            own: head                        own: tail
//!   reader ────┐                                 ┌──── writer
//!              ▼                                 ▼
//!   ───────────[ filled ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒ ][ room ──▶ … as far as head + size
//! ```
//!
//! Positions count bytes since the beginning and never go back. Each side believes its own
//! position, which it keeps to itself, and of the other's only what is possible: anything else is
//! [`Corrupt`]. Who finds nothing to do says that it waits, then looks once more; who has done
//! something looks whether the other waits. Between the two there is a full fence, or one total
//! order of both, so one of them sees the other (tests/loom/ring.rs).

use crate::sync;
use crate::sync::atomic::{AtomicU32, AtomicU64, Ordering, fence};

/// The other side wrote what cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Corrupt;

/// How the writer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It did not.
    Open,
    /// It will write no more: what is there is all.
    Finished,
    /// It gave the connection up.
    Aborted,
}

/// A cache line of its own, and the one that the processor fetches with it.
#[repr(C, align(128))]
#[derive(Debug, Default)]
struct Line<T>(T);

/// What the two sides share of one direction. All zero is how it begins.
#[repr(C)]
#[derive(Debug, Default)]
pub struct Control {
    /// The writer's position.
    tail: Line<AtomicU64>,
    /// The reader's position.
    head: Line<AtomicU64>,
    reader: Line<Reader>,
    writer_waits: Line<AtomicU32>,
    writer: Line<Writer>,
}

#[repr(C)]
#[derive(Debug, Default)]
struct Reader {
    waits: AtomicU32,
    /// It reads no more.
    gone: AtomicU32,
    /// The most bytes that it wants to be under way; 0: as many as there is room for.
    window: AtomicU64,
}

#[repr(C)]
#[derive(Debug, Default)]
struct Writer {
    /// How many bytes travel by TCP before the first in the ring, plus one; 0: all so far.
    begins: AtomicU64,
    end: AtomicU32,
    /// The processor that it was last seen on, plus one.
    processor: AtomicU32,
}

/// What one side keeps to itself: its position, and the last of the other's that it saw. Used
/// under the lane's lock.
#[derive(Debug, Default)]
pub struct Place {
    own: AtomicU64,
    seen: AtomicU64,
}

impl Place {
    /// The position of this side, in bytes since the beginning.
    #[inline(always)]
    pub fn own(&self) -> u64 {
        self.own.load(Ordering::Relaxed)
    }

    /// The other side's position, which must lie between the last one seen and `limit`.
    #[inline(always)]
    fn learn(&self, position: u64, limit: u64) -> Result<u64, Corrupt> {
        let seen = self.seen.load(Ordering::Relaxed);
        if position.wrapping_sub(seen) > limit.wrapping_sub(seen) {
            return Err(Corrupt);
        }
        self.seen.store(position, Ordering::Relaxed);
        Ok(position)
    }
}

/// The writer's side.
impl Control {
    /// How many bytes may be written; looks at the reader's position only if `wanted` are more
    /// than are known to fit.
    #[inline(always)]
    pub fn room(&self, place: &Place, size: u64, wanted: u64) -> Result<u64, Corrupt> {
        let tail = place.own();
        let known = size - (tail - place.seen.load(Ordering::Relaxed));
        if known >= wanted {
            return Ok(known);
        }
        let head = place.learn(self.head.0.load(Ordering::Acquire), tail)?;
        Ok(size - (tail - head))
    }

    /// Hands over `bytes` that were written.
    #[inline(always)]
    pub fn publish(&self, place: &Place, bytes: u64) {
        let tail = place.own() + bytes;
        place.own.store(tail, Ordering::Relaxed);
        sync::announce(&self.tail.0, tail);
    }

    /// After [`Control::publish`]: whether the reader is to be woken.
    #[inline(always)]
    pub fn reader_waited(&self) -> bool {
        take(&self.reader.0.waits)
    }

    /// From now on the reader wakes the writer. To be followed by a look at the room.
    pub fn await_room(&self) {
        wait(&self.writer_waits.0);
    }

    /// Whether the reader has gone away.
    #[inline(always)]
    pub fn is_abandoned(&self) -> bool {
        self.reader.0.gone.load(Ordering::Acquire) != 0
    }

    /// How many bytes may be under way in a ring of `size` bytes.
    pub fn window(&self, size: u64) -> u64 {
        match self.reader.0.window.load(Ordering::Relaxed) {
            0 => size,
            window => window.min(size),
        }
    }

    /// The bytes in the ring follow so many that went by TCP.
    pub fn begin(&self, tcp_bytes: u64) {
        self.writer.0.begins.store(tcp_bytes + 1, Ordering::Release);
    }

    /// Where the writer runs, for the reader to know whether it can run at the same time.
    pub fn tell_processor(&self, number: u32) {
        let told = &self.writer.0.processor;
        if told.load(Ordering::Relaxed) != number + 1 {
            told.store(number + 1, Ordering::Relaxed); // rarely: the reader looks at this line
        }
    }

    /// No more will be written. An end that was said stays, unless this one is abortive.
    pub fn finish(&self, abortive: bool) {
        let end = &self.writer.0.end;
        match abortive {
            true => end.store(ABORTED, Ordering::Release),
            false => _ = end.fetch_max(FINISHED, Ordering::AcqRel),
        }
    }
}

/// The reader's side.
impl Control {
    /// How many bytes are there to be read; looks at the writer's position only if `wanted` are
    /// more than are known to be there.
    #[inline(always)]
    pub fn filled(&self, place: &Place, size: u64, wanted: u64) -> Result<u64, Corrupt> {
        let head = place.own();
        let known = place.seen.load(Ordering::Relaxed) - head;
        if known >= wanted {
            return Ok(known);
        }
        let tail = place.learn(self.tail.0.load(Ordering::Acquire), head + size)?;
        Ok(tail - head)
    }

    /// Gives back the room of `bytes` that were read.
    #[inline(always)]
    pub fn consume(&self, place: &Place, bytes: u64) {
        let head = place.own() + bytes;
        place.own.store(head, Ordering::Relaxed);
        sync::announce(&self.head.0, head);
    }

    /// After [`Control::consume`]: whether the writer is to be woken.
    #[inline(always)]
    pub fn writer_waited(&self) -> bool {
        take(&self.writer_waits.0)
    }

    /// From now on the writer wakes the reader. To be followed by a look at what is there.
    pub fn await_bytes(&self) {
        wait(&self.reader.0.waits);
    }

    /// The most bytes that the reader wants to be under way; said before the two agree.
    pub fn set_window(&self, bytes: u64) {
        self.reader.0.window.store(bytes, Ordering::Relaxed);
    }

    /// The reader has changed its mind: it does not wait.
    pub fn await_no_bytes(&self) {
        self.reader.0.waits.store(0, Ordering::Relaxed);
    }

    /// Whether the writer's position is another than the reader's: bytes, or nonsense.
    #[inline(always)]
    pub fn is_stirred(&self, place: &Place) -> bool {
        self.tail.0.load(Ordering::Acquire) != place.own()
    }

    /// Nothing will be read any more.
    pub fn abandon(&self) {
        self.reader.0.gone.store(1, Ordering::Release);
    }

    /// After how many bytes by TCP the ring begins; `None`: nobody knows yet.
    #[inline(always)]
    pub fn begins(&self) -> Option<u64> {
        self.writer.0.begins.load(Ordering::Acquire).checked_sub(1)
    }

    /// Whether the writer was last seen on another processor than this one.
    pub fn is_elsewhere(&self, number: u32) -> bool {
        ![0, number + 1].contains(&self.writer.0.processor.load(Ordering::Relaxed))
    }

    /// How the writer ended. What it wrote before is there when this is seen.
    #[inline(always)]
    pub fn end(&self) -> End {
        match self.writer.0.end.load(Ordering::Acquire) {
            0 => End::Open,
            FINISHED => End::Finished,
            _ => End::Aborted,
        }
    }
}

const FINISHED: u32 = 1;
const ABORTED: u32 = 2;

fn wait(waits: &AtomicU32) {
    waits.store(1, Ordering::SeqCst);
    fence(Ordering::SeqCst); // what the other side announces from here on sees this, or is seen
}

/// To follow an announcement.
#[inline(always)]
fn take(waits: &AtomicU32) -> bool {
    waits.load(Ordering::SeqCst) != 0 && waits.swap(0, Ordering::AcqRel) != 0
}

#[cfg(test)]
#[cfg(not(loom))] // the models run this file, too
mod tests {
    use super::*;

    const SIZE: u64 = 16;

    #[test]
    fn what_is_written_can_be_read_and_its_room_comes_back() {
        let (control, writer, reader) = <(Control, Place, Place)>::default();
        for _ in 0..5 {
            assert_eq!(control.room(&writer, SIZE, 10), Ok(SIZE));
            control.publish(&writer, 10);
            assert_eq!(control.room(&writer, SIZE, 10), Ok(6));
            assert_eq!(control.filled(&reader, SIZE, 99), Ok(10));
            control.consume(&reader, 10);
            assert_eq!(control.filled(&reader, SIZE, 1), Ok(0));
        }
    }

    #[test]
    fn who_waits_is_told_once() {
        let control = Control::default();
        assert!(!control.reader_waited() && !control.writer_waited());
        control.await_bytes();
        control.await_room();
        assert!(control.reader_waited() && !control.reader_waited());
        assert!(control.writer_waited() && !control.writer_waited());
    }

    #[test]
    fn an_impossible_position_is_recognised() {
        for nonsense in [SIZE + 1, u64::MAX, 1 << 63] {
            let (control, writer, reader) = <(Control, Place, Place)>::default();
            control.tail.0.store(nonsense, Ordering::Relaxed);
            assert_eq!(control.filled(&reader, SIZE, 1), Err(Corrupt));
            control.publish(&writer, 4);
            control.head.0.store(nonsense, Ordering::Relaxed);
            assert_eq!(control.room(&writer, SIZE, SIZE), Err(Corrupt));
        }
        // A position that goes back.
        let (control, writer, reader) = <(Control, Place, Place)>::default();
        control.publish(&writer, 8);
        assert_eq!(control.filled(&reader, SIZE, 1), Ok(8));
        control.tail.0.store(7, Ordering::Relaxed);
        assert_eq!(control.filled(&reader, SIZE, 9), Err(Corrupt));
    }

    #[test]
    fn an_abort_overrides_the_end_and_not_the_other_way() {
        let control = Control::default();
        assert_eq!((control.end(), control.begins()), (End::Open, None));
        control.finish(false);
        assert_eq!(control.end(), End::Finished);
        control.finish(true);
        control.finish(false);
        assert_eq!(control.end(), End::Aborted);
        control.begin(0);
        assert_eq!(control.begins(), Some(0));
    }
}
