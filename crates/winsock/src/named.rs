//! Names of events, mutexes, semaphores and timers (S4.20). A name is free again when the last
//! handle of its object is closed. Those of timers live in this process; the others' in the session
//! (session.rs), and each process has one object for each that it uses.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Weak};

use parking_lot::Mutex;

use crate::error::Error;
use crate::event::{Place, Shareable};
use crate::session::Shared;
use crate::wait::{Kind, Signals};

type Names = HashMap<String, Weak<dyn Any + Send + Sync>>;

/// Bounded by the objects alive: the others go when a name is added.
static NAMES: LazyLock<Mutex<Names>> = LazyLock::new(Mutex::default);

/// The object of this name and whether it was there already, or a new one; without a name always a
/// new one. 6 if the name belongs to an object of another kind.
pub fn create<T: Shareable>(
    name: Option<String>,
    (kind, signals): (Kind, Signals),
) -> Result<(Arc<T>, bool), Error> {
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return Ok((Arc::new(T::at(Place::new(kind, signals))), false));
    };
    let mut names = NAMES.lock();
    if let Some(object) = known(&names, &name)? {
        return Ok((object, true));
    }
    let (shared, existed) = Shared::find_or_make(within_session(&name), kind, signals)?;
    Ok((learn(&mut names, &name, adopt(shared)?), existed))
}

/// The object of this name: 2 if there is none, 6 if it is of another kind, 87 without a name.
pub fn open<T: Shareable>(name: Option<String>) -> Result<Arc<T>, Error> {
    let name = name.ok_or(Error::INVALID_PARAMETER)?;
    let mut names = NAMES.lock();
    if let Some(object) = known(&names, &name)? {
        return Ok(object);
    }
    let shared = Shared::find(within_session(&name))?;
    Ok(learn(&mut names, &name, adopt(shared)?))
}

/// As [`create`], of what other processes do not share.
pub fn create_here<T: Any + Send + Sync>(
    name: Option<String>,
    make: impl FnOnce() -> T,
) -> Result<(Arc<T>, bool), Error> {
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return Ok((Arc::new(make()), false));
    };
    let mut names = NAMES.lock();
    match known(&names, &name)? {
        Some(object) => Ok((object, true)),
        None => Ok((learn(&mut names, &name, make()), false)),
    }
}

/// This process' object of a name, if it has one.
fn known<T: Any + Send + Sync>(names: &Names, name: &str) -> Result<Option<Arc<T>>, Error> {
    let object = names.get(within_session(name)).and_then(Weak::upgrade);
    object.map(|object| object.downcast::<T>().map_err(|_| Error::INVALID_HANDLE)).transpose()
}

fn learn<T: Any + Send + Sync>(names: &mut Names, name: &str, object: T) -> Arc<T> {
    let object = Arc::new(object);
    let known: Arc<dyn Any + Send + Sync> = object.clone();
    names.retain(|_, object| object.strong_count() > 0);
    names.insert(within_session(name).to_owned(), Arc::downgrade(&known));
    object
}

fn adopt<T: Shareable>(shared: Shared) -> Result<T, Error> {
    match T::is(shared.kind()) {
        true => Ok(T::at(Place::shared(shared))),
        false => Err(Error::INVALID_HANDLE),
    }
}

/// Names are the session's own unless they say otherwise.
fn within_session(name: &str) -> &str {
    name.strip_prefix("Local\\").unwrap_or(name)
}
