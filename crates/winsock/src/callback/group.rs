//! Cleanup groups: callbacks that end together.

use std::ffi::c_void;
use std::sync::{Arc, Weak};

use parking_lot::Mutex;
use windows_sys::Win32::System::Threading::PTP_CLEANUP_GROUP_CANCEL_CALLBACK;

use super::{Callback, Function};

/// Callbacks of which a program keeps no count.
#[derive(Default)]
pub struct Group {
    /// As many as are open or have calls due, and as many again.
    members: Mutex<Vec<Member>>,
}

struct Member {
    callback: Weak<Callback>,
    /// Called when it ends with its group, and what is due is cancelled.
    cancelled: PTP_CLEANUP_GROUP_CANCEL_CALLBACK,
}

impl Group {
    /// One that ends with the group, unless it is closed and over before.
    pub fn add(&self, callback: &Arc<Callback>, cancelled: PTP_CLEANUP_GROUP_CANCEL_CALLBACK) {
        let mut members = self.members.lock();
        if members.len() == members.capacity() {
            members.retain(|member| member.callback.strong_count() > 0);
            let living = members.len();
            members.reserve(living.max(8));
        }
        members.push(Member { callback: Arc::downgrade(callback), cancelled });
    }

    /// Ends those that are members now, and waits for their calls: those under way and, unless it
    /// `cancels` them, those that are due (S14.19). With `context` the program hears of each that
    /// is cancelled.
    pub fn end_members(&self, cancels: bool, context: usize) {
        let members = std::mem::take(&mut *self.members.lock());
        let living = members.into_iter().filter_map(|member| {
            let callback = member.callback.upgrade()?;
            let told = callback.prepare_end(cancels);
            Some((callback, member.cancelled.filter(|_| told)))
        });
        for (callback, cancelled) in living.collect::<Vec<_>>() {
            callback.wait(false);
            if let Some(cancelled) = cancelled {
                // SAFETY: the program vouches for its function and both contexts (file's Safety
                // paragraph of callback.rs); no call of the callback is due or running.
                unsafe { cancelled(callback.context as *mut c_void, context as *mut c_void) };
            }
            callback.close_once();
        }
    }
}

impl Callback {
    /// Nothing brings a call any more, and none is due if it `cancels` them. Whether that is to be
    /// told: it was open, or a single call that is not made now.
    fn prepare_end(&self, cancels: bool) -> bool {
        self.stop_ticks();
        self.set_waiting(None);
        let mut state = self.state.lock();
        let open = !state.closed;
        if !cancels {
            return false;
        }
        let due = std::mem::take(&mut state.due);
        state.dropped += due;
        self.settle(state);
        open || (due > 0 && matches!(self.function, Function::Simple(_)))
    }

    fn close_once(&self) {
        let open = !self.state.lock().closed;
        if open {
            self.close();
        }
    }
}
