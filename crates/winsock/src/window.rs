//! Window classes and message-only windows: a procedure that the thread of the window calls for
//! each message it dispatches. Nothing is ever shown.
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
use std::sync::atomic::{AtomicBool, AtomicIsize, AtomicU32, Ordering};
use std::time::Instant;

use parking_lot::Mutex;
use windows_sys::Win32::Foundation::{HWND, LPARAM, LRESULT, WPARAM};

use crate::error::Error;
use crate::event;
use crate::handle::{self, Object};
use crate::message::{Filter, Message, Queue, Sent, Taken};
use crate::port::Patience;
use crate::thread;

/// What is called for each message of a window.
pub type Procedure = unsafe extern "system" fn(HWND, u32, WPARAM, LPARAM) -> LRESULT;

/// WM_CREATE.
const CREATE: u32 = 1;
/// WM_DESTROY.
const DESTROY: u32 = 2;
/// WM_NCCREATE.
const NC_CREATE: u32 = 0x81;
/// WM_NCDESTROY.
const NC_DESTROY: u32 = 0x82;
/// The first atom of a class.
const ATOM_MIN: u16 = 0xC000;

/// A registered window class.
pub struct Class {
    atom: u16,
    procedure: Procedure,
    windows: AtomicU32,
}

/// How a class is named: by its name, whose case does not matter, or by its atom.
pub enum ClassName {
    /// The name.
    Name(String),
    /// What registering it returned.
    Atom(u16),
}

/// A message-only window.
pub struct Window {
    handle: u32,
    class: Arc<Class>,
    thread: u32,
    queue: Arc<Queue>,
    /// GWLP_USERDATA.
    pub user_data: AtomicIsize,
    ending: AtomicBool,
}

static CLASSES: Mutex<BTreeMap<String, Arc<Class>>> = Mutex::new(BTreeMap::new());
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

/// Registers a class (1410: there is one of that name); its atom.
pub fn register(name: &str, procedure: Procedure) -> Result<u16, Error> {
    let mut classes = CLASSES.lock();
    let name = name.to_lowercase();
    if name.is_empty() || classes.contains_key(&name) {
        return Err(match name.is_empty() {
            true => Error::INVALID_PARAMETER,
            false => Error::CLASS_ALREADY_EXISTS,
        });
    }
    let free = (ATOM_MIN..=u16::MAX).find(|&atom| classes.values().all(|at| at.atom != atom));
    let atom = free.ok_or(Error::NOT_ENOUGH_MEMORY)?;
    classes.insert(name, Arc::new(Class { atom, procedure, windows: AtomicU32::new(0) }));
    Ok(atom)
}

/// Ends a class: 1411 if there is none, 1412 while it has windows.
pub fn unregister(name: &ClassName) -> Result<(), Error> {
    let mut classes = CLASSES.lock();
    let found = classes.iter().find(|(text, class)| name.is(text, class));
    let (name, class) = found.ok_or(Error::CLASS_DOES_NOT_EXIST)?;
    if class.windows.load(Ordering::Relaxed) > 0 {
        return Err(Error::CLASS_HAS_WINDOWS);
    }
    let name = name.clone();
    classes.remove(&name);
    Ok(())
}

impl ClassName {
    fn is(&self, text: &str, class: &Class) -> bool {
        match self {
            ClassName::Name(name) => name.to_lowercase() == text,
            ClassName::Atom(atom) => *atom == class.atom,
        }
    }
}

/// Makes a window of the calling thread (1407: no such class), whose procedure is told with
/// `parameter`, the address of a CREATESTRUCT, and may refuse. `Ok(None)`: it has.
pub fn create(class: &ClassName, parameter: isize) -> Result<Option<u32>, Error> {
    let class = {
        let classes = CLASSES.lock();
        let found = classes.iter().find(|(text, known)| class.is(text, known));
        let class = found.ok_or(Error::CANNOT_FIND_WINDOW_CLASS)?.1.clone();
        class.windows.fetch_add(1, Ordering::Relaxed);
        class
    };
    let (thread, queue) = DESK.with(|desk| (desk.thread, desk.queue.clone()));
    let mut made = None;
    let handle = handle::insert(|handle| {
        let (user_data, ending) = (AtomicIsize::new(0), AtomicBool::new(false));
        let window = Arc::new(Window { handle, class, thread, queue, user_data, ending });
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
        self.class.windows.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Window {
    fn call(&self, number: u32, word: usize, long: isize) -> isize {
        let window = self.handle as usize as HWND;
        // SAFETY: the program registered this procedure for messages like this; the caller is the
        // window's thread, holds no lock, and keeps the window until the return.
        unsafe { (self.class.procedure)(window, number, word, long) }
    }

    fn is_own(&self) -> bool {
        self.thread == thread::number()
    }

    fn is_ended(&self) -> bool {
        handle::look_up(self.handle as usize).is_none()
    }

    /// DestroyWindow: 5 from another thread. What is queued for it is dropped.
    pub fn destroy(&self) -> Result<(), Error> {
        if !self.is_own() {
            return Err(Error::ACCESS_DENIED);
        }
        if !self.ending.swap(true, Ordering::Relaxed) {
            self.call(DESTROY, 0, 0);
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

/// DispatchMessage: calls the procedure of the window the message is for, if it is there still.
pub fn dispatch(handle: usize, number: u32, word: usize, long: isize) -> Result<isize, Error> {
    match handle {
        0 => Ok(0),
        _ => Ok(window(handle)?.send(number, word, long)),
    }
}
