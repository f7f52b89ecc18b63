//! Making things on the heap without a panic where there is no memory, and without a
//! loss: what could not be put there is handed back.
//!
//! `alloc` can do this for vectors and strings on stable Rust. For boxes it cannot yet.

use alloc::alloc::alloc;
use alloc::boxed::Box;
use alloc::collections::TryReserveError;
use alloc::string::String;
use alloc::vec::Vec;
use core::alloc::Layout;
use core::fmt;
use core::ptr::NonNull;

/// There is no memory for a value, which is still here.
#[derive(Debug, PartialEq, Eq)]
pub struct NoMemory<T>(pub T);

impl<T> fmt::Display for NoMemory<T> {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        write!(out, "there is no memory for {} bytes", size_of::<T>())
    }
}

/// Moves a value to the heap.
///
/// # Errors
/// When there is no memory.
pub fn try_box<T>(value: T) -> Result<Box<T>, NoMemory<T>> {
    let layout = Layout::new::<T>();
    let memory = match layout.size() {
        0 => Some(NonNull::dangling()),
        // SAFETY: the layout is not empty.
        _ => NonNull::new(unsafe { alloc(layout) }.cast::<T>()),
    };
    let Some(memory) = memory else {
        return Err(NoMemory(value));
    };
    // SAFETY: the memory is as large and aligned as a `T`, and nobody else's. `Box`
    // gives it back with the same layout.
    unsafe {
        memory.write(value);
        Ok(Box::from_raw(memory.as_ptr()))
    }
}

/// Puts a value behind all others of a vector.
///
/// # Errors
/// When there is no memory. The vector is as it was.
pub fn try_push<T>(vector: &mut Vec<T>, value: T) -> Result<(), NoMemory<T>> {
    match vector.try_reserve(1) {
        Ok(()) => {
            vector.push(value);
            Ok(())
        }
        Err(_) => Err(NoMemory(value)),
    }
}

/// Copies a text to the heap.
///
/// # Errors
/// When there is no memory.
pub fn try_string(text: &str) -> Result<String, TryReserveError> {
    let mut string = String::new();
    string.try_reserve_exact(text.len())?;
    string.push_str(text);
    Ok(string)
}
