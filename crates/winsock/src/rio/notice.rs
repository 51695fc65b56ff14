//! How a program is told that its completion queue is not empty.

use std::sync::Arc;

use crate::complete::Here;
use crate::error::Error;
use crate::event::Event;
use crate::house;
use crate::kernel::epoll::Epoll;
use crate::port::Packet;
use crate::readiness::IoPort;
use crate::thread;
use crate::watchman;

/// What RIO_NOTIFICATION_COMPLETION asks for.
pub enum Notice {
    /// The event is set (S10.21); `reset`: RIONotify resets it first.
    Event {
        /// The caller's event.
        event: Arc<Event>,
        /// NotifyReset.
        reset: bool,
    },
    /// A packet is queued (S10.22).
    Packet {
        /// Where.
        port: Arc<IoPort>,
        /// The caller's key.
        key: usize,
        /// The caller's OVERLAPPED, which nobody follows.
        overlapped: usize,
    },
}

impl Notice {
    /// RIONotify begins.
    pub fn begin(&self) {
        if let Notice::Event { event, reset: true } = self {
            event.reset();
        }
    }

    /// There is a result.
    pub fn give(&self, here: Option<&mut Here<'_>>) {
        match self {
            Notice::Event { event, .. } => event.set(),
            Notice::Packet { port, key, overlapped } => {
                let (key, overlapped) = (*key, *overlapped);
                let packet = Packet { key, overlapped, status: 0, bytes: 0 };
                match here {
                    Some(here) if std::ptr::eq(here.source, port.source()) => {
                        here.packets.push(packet);
                    }
                    _ => _ = port.post_at(packet, || thread::runs_at(port), |_| ()),
                }
            }
        }
    }

    /// Sees to it that readiness in `set` is reported once, under `id`, to those who wait for
    /// the notice.
    pub fn watch(&self, set: &Epoll, id: u32) -> Result<(), Error> {
        match self {
            Notice::Event { .. } => {
                house::epoll()?.report_once(set, id);
                watchman::arm(); // should no thread be there to hear of it
            }
            Notice::Packet { port, .. } => port.source().epoll.report_once(set, id),
        }
        Ok(())
    }
}
