//! The registry: the user's own, in a file (registry/hive.rs), and empty before somebody writes.
//! What Windows itself keeps there is not there.
//!
//! # Safety
//!
//! Texts that come in are null or end with a null; outputs are null or the caller's, with the room
//! that their size says.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

mod door;
mod hive;

use std::sync::Arc;

use engine::error::Error;
use engine::linux::{foreign, insert_foreign};
use windows_sys::Win32::Foundation::HANDLE;

use crate::text::{Character, decode, read, write};
use hive::{Hive, Value};

const QUERY: u32 = 0x1;
const SET: u32 = 0x2;
const CREATE: u32 = 0x4;
const ENUMERATE: u32 = 0x8;
const ANY_ACCESS: u32 = 0xF000_0000 | 0x0200_0000; // GENERIC_… and MAXIMUM_ALLOWED

const NO_MORE_ITEMS: Error = Error(259);
const KEY_DELETED: Error = Error(1018);

/// An open key.
struct Open {
    /// Its path, as it was asked for.
    path: String,
    access: u32,
}

/// The open key behind a handle that allows `access`: 6, 5.
fn key(handle: HANDLE, access: u32) -> Result<Arc<Open>, Error> {
    let root = match handle as usize as u32 {
        0x8000_0000 => r"HKEY_LOCAL_MACHINE\Software\Classes",
        0x8000_0001 => "HKEY_CURRENT_USER",
        0x8000_0002 => "HKEY_LOCAL_MACHINE",
        0x8000_0003 => "HKEY_USERS",
        0x8000_0005 => "HKEY_CURRENT_CONFIG",
        _ => {
            let open = foreign::<Open>(handle)?;
            let allowed = open.access & access == access || open.access & ANY_ACCESS != 0;
            return if allowed { Ok(open) } else { Err(Error::ACCESS_DENIED) };
        }
    };
    Ok(Arc::new(Open { path: root.to_owned(), access: u32::MAX }))
}

fn is_root(path: &str) -> bool {
    !path.contains('\\') || path.eq_ignore_ascii_case(r"HKEY_LOCAL_MACHINE\Software\Classes")
}

/// The path of a key below one.
unsafe fn path_below<C: Character>(open: &Open, below: *const C) -> String {
    let below = unsafe { read(below) }.unwrap_or_default();
    let names = below.split('\\').filter(|name| !name.is_empty());
    names.fold(open.path.clone(), |path, name| path + "\\" + name)
}

/// Text of any width in a value's data.
fn is_text(kind: u32) -> bool {
    matches!(kind, 1 | 2 | 7) // REG_SZ, REG_EXPAND_SZ, REG_MULTI_SZ
}

/// Data as the caller has it, as the file has it: text in UTF-8.
fn stored<C: Character>(kind: u32, data: &[u8]) -> Vec<u8> {
    if size_of::<C>() == 1 || !is_text(kind) {
        return data.to_vec();
    }
    let wide = data.chunks_exact(4).map(|c| u32::from_ne_bytes(c.try_into().expect("four")));
    decode(&wide.collect::<Vec<_>>()).into_bytes()
}

/// The other way.
fn shown<C: Character>(value: &Value) -> Vec<u8> {
    if size_of::<C>() == 1 || !is_text(value.kind) {
        return value.data.clone();
    }
    let text = String::from_utf8_lossy(&value.data);
    text.chars().flat_map(|c| u32::from(c).to_ne_bytes()).collect()
}

unsafe fn open<C: Character>(
    handle: HANDLE,
    below: *const C,
    access: u32,
    to: *mut HANDLE,
) -> Result<(), Error> {
    if to.is_null() {
        return Err(Error::INVALID_PARAMETER);
    }
    let path = unsafe { path_below(&*key(handle, 0)?, below) };
    if !is_root(&path) && !Hive::open(false).keys.contains_key(&path.to_lowercase()) {
        return Err(Error::FILE_NOT_FOUND);
    }
    unsafe { to.write(insert_foreign(Arc::new(Open { path, access }))?) };
    Ok(())
}

unsafe fn create<C: Character>(
    handle: HANDLE,
    below: *const C,
    access: u32,
    (to, told): (*mut HANDLE, *mut u32),
) -> Result<(), Error> {
    if to.is_null() {
        return Err(Error::INVALID_PARAMETER);
    }
    let path = unsafe { path_below(&*key(handle, 0)?, below) };
    let mut hive = Hive::open(true);
    let is_new = !is_root(&path) && !hive.keys.contains_key(&path.to_lowercase());
    if is_new {
        key(handle, CREATE)?;
        hive.make(&path);
        hive.save()?;
    }
    unsafe {
        to.write(insert_foreign(Arc::new(Open { path, access }))?);
        if !told.is_null() {
            told.write(if is_new { 1 } else { 2 }); // REG_CREATED_NEW_KEY, REG_OPENED_EXISTING_KEY
        }
    }
    Ok(())
}

/// Puts a value's type, data and size where they are wanted: 234 if the data does not fit.
unsafe fn give(
    (kind, data): (u32, &[u8]),
    kind_to: *mut u32,
    to: *mut u8,
    bytes: *mut u32,
) -> Result<(), Error> {
    unsafe {
        if !kind_to.is_null() {
            kind_to.write(kind);
        }
        if bytes.is_null() {
            return if to.is_null() { Ok(()) } else { Err(Error::INVALID_PARAMETER) };
        }
        let room = bytes.replace(data.len() as u32) as usize;
        if to.is_null() {
            return Ok(());
        }
        if room < data.len() {
            return Err(Error::MORE_DATA);
        }
        to.copy_from_nonoverlapping(data.as_ptr(), data.len());
    }
    Ok(())
}

fn value_of(path: &str, name: &str) -> Result<Value, Error> {
    let mut hive = Hive::open(false);
    let Some(key) = hive.keys.get_mut(&path.to_lowercase()) else {
        return Err(if is_root(path) { Error::FILE_NOT_FOUND } else { KEY_DELETED });
    };
    key.values.remove(&name.to_lowercase()).ok_or(Error::FILE_NOT_FOUND)
}

unsafe fn query<C: Character>(
    handle: HANDLE,
    name: *const C,
    kind: *mut u32,
    to: *mut u8,
    bytes: *mut u32,
) -> Result<(), Error> {
    let open = key(handle, QUERY)?;
    let value = value_of(&open.path, &unsafe { read(name) }.unwrap_or_default())?;
    unsafe { give((value.kind, &shown::<C>(&value)), kind, to, bytes) }
}

/// RRF_RT_…: which types are wanted.
fn wanted(kind: u32, flags: u32) -> bool {
    let bit = match kind {
        0 => 0x1,
        1 => 0x2,
        2 => 0x4,
        3 => 0x8,
        4 => 0x10,
        7 => 0x20,
        11 => 0x40,
        _ => 0,
    };
    flags & 0xFFFF & bit != 0 || flags & 0xFFFF == 0xFFFF
}

unsafe fn get<C: Character>(
    handle: HANDLE,
    (below, name): (*const C, *const C),
    flags: u32,
    kind: *mut u32,
    to: *mut u8,
    bytes: *mut u32,
) -> Result<(), Error> {
    let path = unsafe { path_below(&*key(handle, QUERY)?, below) };
    let name = unsafe { read(name) }.unwrap_or_default();
    let value = value_of(&path, &name).map_err(|error| match error {
        KEY_DELETED => Error::FILE_NOT_FOUND,
        error => error,
    })?;
    if !wanted(value.kind, flags) {
        return Err(Error(1630)); // ERROR_UNSUPPORTED_TYPE
    }
    let mut data = shown::<C>(&value);
    let null = size_of::<C>();
    if is_text(value.kind)
        && data.rchunks(null).next().is_none_or(|last| last.iter().any(|&b| b != 0))
    {
        data.resize(data.len() + null, 0); // a text always ends
    }
    unsafe { give((value.kind, &data), kind, to, bytes) }
}

unsafe fn set<C: Character>(
    handle: HANDLE,
    name: *const C,
    kind: u32,
    (from, bytes): (*const u8, u32),
) -> Result<(), Error> {
    let open = key(handle, SET)?;
    let name = unsafe { read(name) }.unwrap_or_default();
    let data = match from.is_null() {
        true => &[],
        false => unsafe { std::slice::from_raw_parts(from, bytes as usize) },
    };
    let mut hive = Hive::open(true);
    let lower = open.path.to_lowercase();
    if is_root(&open.path) {
        hive.make(&open.path);
    }
    let key = hive.keys.get_mut(&lower).ok_or(KEY_DELETED)?;
    let data = stored::<C>(kind, data);
    key.values.insert(name.to_lowercase(), Value { name, kind, data });
    hive.save()
}

unsafe fn delete_value<C: Character>(handle: HANDLE, name: *const C) -> Result<(), Error> {
    let open = key(handle, SET)?;
    let name = unsafe { read(name) }.unwrap_or_default();
    let mut hive = Hive::open(true);
    let key = hive.keys.get_mut(&open.path.to_lowercase()).ok_or(Error::FILE_NOT_FOUND)?;
    key.values.remove(&name.to_lowercase()).ok_or(Error::FILE_NOT_FOUND)?;
    hive.save()
}

unsafe fn delete_key<C: Character>(handle: HANDLE, below: *const C) -> Result<(), Error> {
    if below.is_null() {
        return Err(Error::INVALID_PARAMETER);
    }
    let path = unsafe { path_below(&*key(handle, 0)?, below) }.to_lowercase();
    let mut hive = Hive::open(true);
    if !hive.below(&path).is_empty() || is_root(&path) {
        return Err(Error::ACCESS_DENIED);
    }
    hive.keys.remove(&path).ok_or(Error::FILE_NOT_FOUND)?;
    hive.save()
}

/// Writes a name whose room is counted in characters, and tells how many it has: 234.
unsafe fn give_name<C: Character>(name: &str, to: *mut C, room: *mut u32) -> Result<(), Error> {
    if to.is_null() || room.is_null() {
        return Err(Error::INVALID_PARAMETER);
    }
    let length = unsafe { write(name, to, *room as usize) };
    if length >= unsafe { *room } as usize {
        return Err(Error::MORE_DATA);
    }
    unsafe { room.write(length as u32) };
    Ok(())
}

unsafe fn key_at<C: Character>(
    handle: HANDLE,
    index: u32,
    to: *mut C,
    room: *mut u32,
) -> Result<(), Error> {
    let open = key(handle, ENUMERATE)?;
    let hive = Hive::open(false);
    let names = hive.below(&open.path.to_lowercase());
    unsafe { give_name(names.get(index as usize).ok_or(NO_MORE_ITEMS)?, to, room) }
}

unsafe fn value_at<C: Character>(
    handle: HANDLE,
    index: u32,
    (name, room): (*mut C, *mut u32),
    kind: *mut u32,
    (to, bytes): (*mut u8, *mut u32),
) -> Result<(), Error> {
    let open = key(handle, QUERY)?;
    let hive = Hive::open(false);
    let values = hive.keys.get(&open.path.to_lowercase()).map(|key| &key.values);
    let value = values.and_then(|values| values.values().nth(index as usize));
    let value = value.ok_or(NO_MORE_ITEMS)?;
    unsafe {
        give_name(&value.name, name, room)?;
        give((value.kind, &shown::<C>(value)), kind, to, bytes)
    }
}
