//! Window classes: what RegisterClass was told, by name and atom.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use parking_lot::Mutex;

use super::Procedure;
use crate::error::Error;

/// The first atom of a class.
const ATOM_MIN: u16 = 0xC000;

/// A registered window class.
pub struct Class {
    atom: u16,
    told: ClassFacts,
    windows: AtomicU32,
}

/// What RegisterClass is told.
#[derive(Clone, Copy)]
pub struct ClassFacts {
    /// The procedure of its windows.
    pub procedure: Procedure,
    /// How many bytes each of them has for the program's use.
    pub extra_bytes: usize,
    /// It was registered by the wide function: texts in its messages are wide.
    pub wide: bool,
}

/// How a class is named: by its name, whose case does not matter, or by its atom.
pub enum ClassName {
    /// The name.
    Name(String),
    /// What registering it returned.
    Atom(u16),
}

static CLASSES: Mutex<BTreeMap<String, Arc<Class>>> = Mutex::new(BTreeMap::new());

/// Registers a class (1410: there is one of that name); its atom.
pub fn register(name: &str, told: ClassFacts) -> Result<u16, Error> {
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
    let class = Class { atom, told, windows: AtomicU32::new(0) };
    classes.insert(name, Arc::new(class));
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

impl ClassName {
    /// The class of this name, which has one window more from now on; 1407 if there is none.
    pub fn find(&self) -> Result<Arc<Class>, Error> {
        let classes = CLASSES.lock();
        let found = classes.iter().find(|(text, class)| self.is(text, class));
        let class = found.ok_or(Error::CANNOT_FIND_WINDOW_CLASS)?.1.clone();
        class.windows.fetch_add(1, Ordering::Relaxed);
        Ok(class)
    }
}

impl Class {
    /// What RegisterClass was told.
    pub fn told(&self) -> ClassFacts {
        self.told
    }

    /// It has one window less.
    pub fn drop_window(&self) {
        self.windows.fetch_sub(1, Ordering::Relaxed);
    }
}
