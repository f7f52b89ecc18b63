//! Tests that run in a machine: cases.
//!
//! A program of tests has many cases. The runner reads from the ELF file which,
//! boots a fresh machine for each, names to it the one that is to run, and looks
//! how the machine ends. Who runs the program without naming one learns how many
//! there are.

pub mod allocators; // [allocators.4]
mod record;

use core::fmt::{self, Debug};

use bootloader_api::BootInfo;

use crate::println;
pub use record::{Action, Body, Case, Verdict};

/// A case that failed; why is on the console.
#[derive(Debug)]
pub struct Failed;

/// Makes a function a case:
///
/// ```ignore
/// case!(adds_up);
/// case!(divides_by_zero, expect: Verdict::Panicked, says: "divide by zero");
/// case!(knows_its_memory(boot_info), limit: 5000);
/// ```
///
/// The function takes nothing or the boot info, and returns nothing or a `Result`.
/// What may be said about it are the methods of [`Case`].
#[macro_export]
macro_rules! case {
    ($function:ident $(($boot_info:ident))? $(, $option:ident: $value:expr)* $(,)?) => {
        const _: () = {
            #[used]
            #[unsafe(link_section = ".cairn.cases")]
            static CASE: $crate::testing::Case = $crate::testing::Case::new(
                concat!(module_path!(), "::", stringify!($function)),
                file!(),
                line!(),
                $crate::case!(@body $function $($boot_info)?),
            )$(.$option($value))*;
        };
    };
    (@body $function:ident) => {
        |_| $crate::testing::Report::report($function())
    };
    (@body $function:ident $boot_info:ident) => {
        |$boot_info| $crate::testing::Report::report($function($boot_info))
    };
}

/// What a case may return.
pub trait Report {
    /// Says on the console what went wrong.
    fn report(self) -> Result<(), Failed>;
}

impl Report for () {
    fn report(self) -> Result<(), Failed> {
        Ok(())
    }
}

impl<E: Debug> Report for Result<(), E> {
    fn report(self) -> Result<(), Failed> {
        self.map_err(|error| {
            println!("failed: {error:?}");
            Failed
        })
    }
}

/// Runs the case of this name, or says how many there are if none is named.
pub fn run(
    cases: &[Case],
    name: Option<&str>,
    boot_info: &'static mut BootInfo,
) -> Result<(), Failed> {
    if cases.is_empty() {
        return refuse("this program has no cases");
    }
    let Some(name) = name else {
        println!("{} cases; the runner names the one to run.", cases.len());
        return Ok(());
    };
    let Some(case) = cases.iter().find(|case| case.name() == name) else {
        return refuse(format_args!("there is no case `{name}`"));
    };
    // The runner's clock starts with the first word.
    println!("case {name}");
    case.run(boot_info)
}

/// Says why no case can run.
pub fn refuse(why: impl fmt::Display) -> Result<(), Failed> {
    println!("cairn: cannot test: {why}");
    Err(Failed)
}
