//! Large data in statics, for whoever asks first.

use spinning_top::Spinlock;
use spinning_top::guard::SpinlockGuard;

/// Data that is given away once, for good.
///
/// Unlike a [`Lock`](crate::lock::Lock) it has no name, which is not zero: as long as the data is all
/// zeros it takes no space in the kernel's file.
pub struct Reserved<T>(Spinlock<T>);

impl<T> Reserved<T> {
    /// Data that nobody has yet.
    pub const fn new(value: T) -> Self {
        Self(Spinlock::new(value))
    }

    /// Gives the data away.
    ///
    /// # Panics
    /// When somebody has it already.
    #[track_caller]
    pub fn take(&'static self) -> &'static mut T {
        let guard = self.0.try_lock().expect("it is given away already");
        SpinlockGuard::leak(guard)
    }
}
