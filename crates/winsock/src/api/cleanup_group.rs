//! The thread pool's cleanup groups: objects that are closed together.

use std::ffi::c_void;
use std::sync::Arc;

use windows_sys::Win32::System::Threading::PTP_CLEANUP_GROUP;
use windows_sys::core::BOOL;

use super::window::or_zero;
use crate::callback::Group;
use crate::handle::{self, Object};

/// `PTP_CLEANUP_GROUP CreateThreadpoolCleanupGroup()`
///
/// For environments that name it: what is made in such a one is a member (S14.19). 0 with 8 or
/// 10024 if there is no room.
///
/// # Safety
///
/// Takes no pointer.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CreateThreadpoolCleanupGroup() -> PTP_CLEANUP_GROUP {
    let made = handle::insert(|_| Object::Group(Arc::new(Group::default())));
    or_zero(made.map(|handle| handle as PTP_CLEANUP_GROUP))
}

/// `void CloseThreadpoolCleanupGroupMembers(PTP_CLEANUP_GROUP ptpcg, BOOL fCancelPendingCallbacks,
/// PVOID pvCleanupContext)`
///
/// Closes all objects that are members, when their calls are over: those that have begun and, with
/// FALSE, those that are due or announced. With TRUE these are not made, and the function that the
/// environment names is called with the context of each object and with this one (S14.19). The
/// group can be used again.
///
/// # Safety
///
/// `ptpcg` is a value only; the context is handed on to the program's function. The caller is no
/// callback of a member, and no other thread uses or closes one meanwhile.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CloseThreadpoolCleanupGroupMembers(
    ptpcg: PTP_CLEANUP_GROUP,
    fcancelpendingcallbacks: BOOL,
    pvcleanupcontext: *mut c_void,
) {
    if let Ok(group) = handle::group(ptpcg as usize) {
        group.end_members(fcancelpendingcallbacks != 0, pvcleanupcontext as usize);
    }
}

/// `void CloseThreadpoolCleanupGroup(PTP_CLEANUP_GROUP ptpcg)`
///
/// To be called when it has no members any more: those it has stay, and end by themselves.
///
/// # Safety
///
/// `ptpcg` is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CloseThreadpoolCleanupGroup(ptpcg: PTP_CLEANUP_GROUP) {
    drop(handle::close(ptpcg as usize, |object| matches!(object, Object::Group(_))));
}
