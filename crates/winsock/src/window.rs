//! Window classes and windows: a procedure that the thread of the window calls for each message it
//! dispatches. There is no display, as for a service of Windows: windows are made, shown and told
//! of it, and never drawn.
//!
//! # Safety
//!
//! A window procedure is the program's: it takes the four values of a message, and is called by
//! the thread that made the window, while no lock of ours is held. What its values point to is
//! the program's business.

#![allow(unsafe_code, reason = "calls the program's window procedures")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use windows_sys::Win32::Foundation::{HWND, LPARAM, LRESULT, WPARAM};

use crate::error::Error;
use crate::event;
use crate::handle::{self, Object};
use crate::message::{Filter, Message, Queue, Sent, TIMER, Taken};
use crate::port::Patience;
use crate::thread;

mod class;
mod facts;

use class::Class;
pub use class::{ClassFacts, ClassName, register, unregister};
pub use facts::{CHILD, DISABLED, Facts, VISIBLE, full_style};

/// What is called for each message of a window.
pub type Procedure = unsafe extern "system" fn(HWND, u32, WPARAM, LPARAM) -> LRESULT;

/// WM_CREATE.
const CREATE: u32 = 1;
/// WM_DESTROY.
const DESTROY: u32 = 2;
/// WM_ENABLE.
const ENABLE: u32 = 0xA;
/// WM_SHOWWINDOW.
const SHOW: u32 = 0x18;
/// WM_NCCREATE.
const NC_CREATE: u32 = 0x81;
/// WM_NCDESTROY.
const NC_DESTROY: u32 = 0x82;
/// SW_SHOW.
const SHOW_AS_IT_IS: i32 = 5;
/// HWND_MESSAGE: the parent of windows that only take messages.
const MESSAGE_ONLY: usize = -3isize as usize;
/// The shortest and the longest period of a timer.
const TIMER_MS: std::ops::RangeInclusive<u32> = 10..=0x7FFF_FFFF;

/// A window.
pub struct Window {
    handle: u32,
    class: Arc<Class>,
    thread: u32,
    queue: Arc<Queue>,
    facts: Mutex<Facts>,
    ending: AtomicBool,
}

/// The queues of all threads that have one.
static QUEUES: Mutex<BTreeMap<u32, Arc<Queue>>> = Mutex::new(BTreeMap::new());

/// The calling thread's queue and windows; they end with it.
struct Desk {
    thread: u32,
    queue: Arc<Queue>,
    windows: RefCell<Vec<u32>>,
}

thread_local! {
    static DESK: Desk = {
        let desk = Desk {
            thread: thread::number(),
            queue: Arc::default(),
            windows: RefCell::default(),
        };
        QUEUES.lock().insert(desk.thread, desk.queue.clone());
        desk
    };
}

impl Drop for Desk {
    fn drop(&mut self) {
        QUEUES.lock().remove(&self.thread);
        self.queue.close();
        for window in self.windows.take() {
            drop(close(window)); // without a message: the thread is beyond procedures
        }
    }
}

/// Makes a window of the calling thread, whose procedure is told with `parameter`, the address of
/// a CREATESTRUCT, and may refuse. `Ok(None)`: it has. Fails with 1407 for an unknown class, with
/// 1406 for a child without a parent, with 1400 for a parent that is none.
pub fn create(class: &ClassName, mut facts: Facts, parameter: isize) -> Result<Option<u32>, Error> {
    match facts.parent {
        0 if facts.style & CHILD != 0 => return Err(Error::CHILD_WITHOUT_PARENT),
        0 | MESSAGE_ONLY => {}
        parent => _ = window(parent)?,
    }
    let class = class.find()?;
    let visible = facts.style & VISIBLE != 0;
    facts.style &= !VISIBLE;
    facts.procedure = class.told().procedure as usize;
    facts.extra = vec![0; class.told().extra_bytes].into();
    let (thread, queue) = DESK.with(|desk| (desk.thread, desk.queue.clone()));
    let mut made = None;
    let handle = handle::insert(|handle| {
        let (facts, ending) = (Mutex::new(facts), AtomicBool::new(false));
        let window = Arc::new(Window { handle, class, thread, queue, facts, ending });
        made = Some(window.clone());
        Object::Window(window)
    })?;
    let window = made.expect("inserted");
    DESK.with(|desk| desk.windows.borrow_mut().push(handle));
    if window.call(NC_CREATE, 0, parameter) == 0 {
        window.end();
        return Ok(None);
    }
    if window.call(CREATE, 0, parameter) == -1 {
        window.destroy()?;
    } else if visible {
        window.show(SHOW_AS_IT_IS);
    }
    Ok((!window.is_ended()).then_some(handle))
}

/// The window behind a handle, or 1400.
pub fn window(handle: usize) -> Result<Arc<Window>, Error> {
    match handle::look_up(handle).as_deref() {
        Some(Object::Window(window)) => Ok(window.clone()),
        _ => Err(Error::INVALID_WINDOW_HANDLE),
    }
}

fn close(handle: u32) -> Option<handle::Guard> {
    handle::close(handle as usize, |object| matches!(object, Object::Window(_)))
}

impl Drop for Window {
    fn drop(&mut self) {
        self.class.drop_window();
    }
}

impl Window {
    fn call(&self, number: u32, word: usize, long: isize) -> isize {
        let (window, procedure) = (self.handle as usize as HWND, self.facts.lock().procedure);
        // SAFETY: the program registered this procedure for messages like this, or set it for this
        // window; the caller is the window's thread, holds no lock, and keeps the window.
        unsafe {
            let procedure = std::mem::transmute::<usize, Procedure>(procedure);
            procedure(window, number, word, long)
        }
    }

    /// The number of the thread that made it.
    pub fn thread(&self) -> u32 {
        self.thread
    }

    /// Whether texts in its messages are wide.
    pub fn is_wide(&self) -> bool {
        self.class.told().wide
    }

    /// What it keeps, to look at or change under its lock.
    pub fn facts<T>(&self, look: impl FnOnce(&mut Facts) -> T) -> T {
        look(&mut self.facts.lock())
    }

    /// ShowWindow: its procedure is told if that changes whether it is visible; whether it was.
    pub fn show(&self, command: i32) -> bool {
        let style = self.facts.lock().style;
        let shown = facts::shown(style, command);
        if (style ^ shown) & VISIBLE != 0 {
            self.send(SHOW, usize::from(shown & VISIBLE != 0), 0);
        }
        self.facts.lock().style = shown;
        style & VISIBLE != 0
    }

    /// Whether it and its parents are shown, which nobody sees.
    pub fn is_visible(&self) -> bool {
        let (style, parent) = self.facts(|facts| (facts.style, facts.parent));
        let above = || window(parent).is_ok_and(|parent| parent.is_visible());
        style & VISIBLE != 0 && (style & CHILD == 0 || above())
    }

    /// EnableWindow: its procedure is told if that changes something; whether it was disabled.
    pub fn enable(&self, enabled: bool) -> bool {
        let was_disabled = self.facts(|facts| {
            let before = facts.style & DISABLED != 0;
            facts.style = facts.style & !DISABLED | if enabled { 0 } else { DISABLED };
            before
        });
        if was_disabled == enabled {
            self.send(ENABLE, usize::from(enabled), 0);
        }
        was_disabled
    }

    fn is_own(&self) -> bool {
        self.thread == thread::number()
    }

    fn is_ended(&self) -> bool {
        handle::look_up(self.handle as usize).is_none()
    }

    /// DestroyWindow: 5 from another thread. Its children go with it; what is queued for it is
    /// dropped.
    pub fn destroy(&self) -> Result<(), Error> {
        if !self.is_own() {
            return Err(Error::ACCESS_DENIED);
        }
        if !self.ending.swap(true, Ordering::Relaxed) {
            self.call(DESTROY, 0, 0);
            for child in own_windows() {
                if child.facts(|facts| facts.parent) == self.handle as usize {
                    _ = child.destroy();
                }
            }
            self.call(NC_DESTROY, 0, 0);
            self.end();
        }
        Ok(())
    }

    fn end(&self) {
        drop(close(self.handle));
        self.queue.forget(self.handle);
        DESK.with(|desk| desk.windows.borrow_mut().retain(|&window| window != self.handle));
    }

    /// Posts a message to it.
    pub fn post(&self, number: u32, word: usize, long: isize) -> Result<(), Error> {
        match self.is_ended() {
            true => Err(Error::INVALID_WINDOW_HANDLE),
            false => self.queue.post(message(self.handle, number, word, long)),
        }
    }

    /// Calls its procedure, on its own thread; the answer. While it waits for another thread, the
    /// calling one answers what is sent to its own windows.
    pub fn send(&self, number: u32, word: usize, long: isize) -> isize {
        if self.is_own() {
            return self.call(number, word, long);
        }
        let Some(sent) = self.queue.send(message(self.handle, number, word, long)) else {
            return 0;
        };
        let mine = own_queue();
        let either = [sent.answered().clone(), mine.unseen().clone()];
        while event::wait(&either, false, Patience::Forever, false) != event::Woken::Object(0) {
            while let Some(theirs) = mine.take_sent() {
                answer(&theirs);
            }
        }
        mine.unsee();
        sent.result()
    }
}

/// The calling thread's windows.
fn own_windows() -> Vec<Arc<Window>> {
    let handles = DESK.with(|desk| desk.windows.borrow().clone());
    handles.iter().filter_map(|&handle| window(handle as usize).ok()).collect()
}

fn message(window: u32, number: u32, word: usize, long: isize) -> Message {
    Message { window, number, word, long, time_ms: ticks_ms() }
}

/// Milliseconds since the process' first message.
fn ticks_ms() -> u32 {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_millis() as u32
}

fn answer(sent: &Sent) {
    let Message { window: handle, number, word, long, .. } = sent.message();
    let answer = window(handle as usize).map_or(0, |window| window.call(number, word, long));
    sent.answer(answer);
}

/// The calling thread's queue, made if it has none yet.
pub fn own_queue() -> Arc<Queue> {
    DESK.with(|desk| desk.queue.clone())
}

/// Posts a message to a thread: 1444 if it is none, or never had a queue.
pub fn post_to_thread(thread: u32, number: u32, word: usize, long: isize) -> Result<(), Error> {
    let queue = QUEUES.lock().get(&thread).cloned();
    queue.ok_or(Error::INVALID_THREAD_ID)?.post(message(0, number, word, long))
}

/// The next message of the calling thread, taken or, with `keep`, left; `None` when patience runs
/// out. Answers what other threads have sent.
pub fn next(filter: &Filter, keep: bool, patience: Patience) -> Option<Message> {
    let queue = own_queue();
    loop {
        match queue.take(filter, keep) {
            Taken::Sent(sent) => answer(&sent),
            Taken::Posted(message) => return Some(message),
            Taken::Nothing => {
                let unseen = [queue.unseen().clone()];
                if event::wait(&unseen, false, patience, false) == event::Woken::TimedOut {
                    return None;
                }
            }
        }
    }
}

/// SetTimer: from now on WM_TIMER comes each `period_ms`, with `function` if that is not null: its
/// number. Without a window that is a new one, unless there is one of `number`. Fails with 1400 for
/// a window that is none, with 5 for another thread's, with 8 if there can be no thread for it.
pub fn tick(handle: usize, number: usize, period_ms: u32, function: isize) -> Result<usize, Error> {
    let queue = own_queue();
    let number = match handle {
        0 if number != 0 && queue.stop_tick(0, number) => number,
        0 => queue.free_tick(),
        _ if !window(handle)?.is_own() => return Err(Error::ACCESS_DENIED),
        _ => number,
    };
    let period_ms = period_ms.clamp(*TIMER_MS.start(), *TIMER_MS.end());
    let message = Message { word: number, long: function, ..message(handle as u32, TIMER, 0, 0) };
    queue.tick(message, Duration::from_millis(period_ms.into()))?;
    Ok(number.max(1))
}

/// KillTimer: 1400, 5, or 87 if there is no such timer.
pub fn stop_tick(handle: usize, number: usize) -> Result<(), Error> {
    if handle != 0 && !window(handle)?.is_own() {
        return Err(Error::ACCESS_DENIED);
    }
    let stopped = own_queue().stop_tick(handle as u32, number);
    stopped.then_some(()).ok_or(Error::INVALID_PARAMETER)
}

/// What SetTimer has called for each WM_TIMER.
type TimerFunction = unsafe extern "system" fn(HWND, u32, usize, u32);

/// DispatchMessage: calls the procedure of the window the message is for, if it is there still; of
/// a timer that has one, its function.
pub fn dispatch(handle: usize, number: u32, word: usize, long: isize) -> Result<isize, Error> {
    if number == TIMER && long != 0 {
        // SAFETY: the program vouched for this function at SetTimer; no lock is held here.
        unsafe {
            let function = std::mem::transmute::<isize, TimerFunction>(long);
            function(handle as HWND, number, word, ticks_ms());
        }
        return Ok(0);
    }
    match handle {
        0 => Ok(0),
        _ => Ok(window(handle)?.send(number, word, long)),
    }
}
