//! Names of events, mutexes, semaphores and timers (S4.20). They live in this process: another
//! process does not see them. A name is free again when the last handle of its object is closed.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Weak};

use parking_lot::Mutex;

use crate::error::Error;

/// Bounded by the objects alive: the others go when a name is added.
static NAMES: LazyLock<Mutex<HashMap<String, Weak<dyn Any + Send + Sync>>>> =
    LazyLock::new(Mutex::default);

/// The object of this name and whether it was there already, or a new one; without a name always a
/// new one. 6 if the name belongs to an object of another kind.
pub fn create<T: Any + Send + Sync>(
    name: Option<String>,
    make: impl FnOnce() -> T,
) -> Result<(Arc<T>, bool), Error> {
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return Ok((Arc::new(make()), false));
    };
    let mut names = NAMES.lock();
    if let Some(object) = names.get(within_session(&name)).and_then(Weak::upgrade) {
        let object = object.downcast::<T>().map_err(|_| Error::INVALID_HANDLE)?;
        return Ok((object, true));
    }
    let object = Arc::new(make());
    let known: Arc<dyn Any + Send + Sync> = object.clone();
    names.retain(|_, object| object.strong_count() > 0);
    names.insert(within_session(&name).to_owned(), Arc::downgrade(&known));
    Ok((object, false))
}

/// The object of this name: 2 if there is none, 6 if it is of another kind, 87 without a name.
pub fn open<T: Any + Send + Sync>(name: Option<String>) -> Result<Arc<T>, Error> {
    let name = name.ok_or(Error::INVALID_PARAMETER)?;
    let object = NAMES.lock().get(within_session(&name)).and_then(Weak::upgrade);
    let object = object.ok_or(Error::FILE_NOT_FOUND)?;
    object.downcast::<T>().map_err(|_| Error::INVALID_HANDLE)
}

/// Names are the session's own unless they say otherwise.
fn within_session(name: &str) -> &str {
    name.strip_prefix("Local\\").unwrap_or(name)
}
