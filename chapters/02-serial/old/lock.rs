//! A lock that says when it is waited for in vain.

use core::hint::spin_loop;

use spinning_top::Spinlock;
use spinning_top::guard::SpinlockGuard;

/// So many times a debug build looks whether a lock is free. Even on an emulated
/// processor that takes longer than anybody holds one: a fraction of a second.
const PATIENCE: u32 = 500_000;

/// Data that one part of the kernel uses at a time; the others wait, spinning.
pub struct Lock<T> {
    name: &'static str,
    inner: Spinlock<T>,
}

impl<T> Lock<T> {
    /// Data of this name that nobody uses yet.
    pub const fn new(name: &'static str, value: T) -> Self {
        Self {
            name,
            inner: Spinlock::new(value),
        }
    }

    /// Waits until nobody uses the data, then gives access to it.
    ///
    /// # Panics
    /// In a debug build, when the wait is so long that it must be a deadlock. A
    /// release build waits for ever.
    pub fn lock(&self) -> SpinlockGuard<'_, T> {
        let mut looks: u32 = 0;
        loop {
            if let Some(guard) = self.inner.try_lock() {
                return guard;
            }
            looks = looks.wrapping_add(1);
            if cfg!(debug_assertions) && looks == PATIENCE {
                panic!("deadlock: the lock `{}` is never released", self.name);
            }
            spin_loop();
        }
    }

    // [screen.4]
    /// Where the data is, whoever uses it.
    pub const fn as_ptr(&self) -> *mut T {
        self.inner.data_ptr()
    }

    /// Gives access to the data if nobody uses it.
    pub fn try_lock(&self) -> Option<SpinlockGuard<'_, T>> {
        self.inner.try_lock()
    }
}
