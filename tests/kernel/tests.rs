//! The tests' own machinery: each verdict is given where it should be.

use core::arch::asm;
use core::hint::spin_loop;

use cairn::arch::fw_cfg::{self, Error};
use cairn::arch::port::Port;
use cairn::case;
use cairn::testing::{Verdict, refuse};

case!(an_error_fails, expect: Verdict::Failed, says: "failed: Error { code: 7 }");
/// The error is shown as `Debug` shows it.
fn an_error_fails() -> Result<(), impl core::fmt::Debug> {
    #[derive(Debug)]
    #[expect(dead_code, reason = "only `Debug` reads it")]
    struct Error {
        code: u32,
    }
    Err::<(), _>(Error { code: 7 })
}

case!(a_panic_shows_its_calls, expect: Verdict::Panicked, says: "\r\n  at 0xffffffff8");
/// The addresses are the kernel's.
fn a_panic_shows_its_calls() {
    panic!("as planned");
}

case!(a_hang_is_noticed, expect: Verdict::Hung, limit: 200);
/// The runner loses patience.
fn a_hang_is_noticed() {
    loop {
        spin_loop();
    }
}

case!(a_triple_fault_is_noticed, expect: Verdict::TripleFaulted);
/// Without an interrupt descriptor table nothing can be delivered.
fn a_triple_fault_is_noticed() {
    let empty = [0_u16; 5];
    // SAFETY: it ends the machine.
    unsafe { asm!("lidt [{}]", "int3", in(reg) &empty) };
}

case!(a_reset_is_noticed, expect: Verdict::Reset);
/// The chipset resets the machine when bits 1 and 2 of this port are set.
fn a_reset_is_noticed() {
    // SAFETY: it ends the machine.
    let mut reset = unsafe { Port::<u8>::new(0xcf9) };
    reset.write(0b110);
    loop {
        spin_loop();
    }
}

case!(a_file_of_the_host_is_read, machine: "-fw_cfg name=opt/cairn/word,string=stone");
/// As a file, as one that does not fit, as one that is missing.
fn a_file_of_the_host_is_read() {
    let mut buffer = [0; 5];
    assert_eq!(fw_cfg::read("opt/cairn/word", &mut buffer), Ok("stone"));
    let too_long = fw_cfg::read("opt/cairn/word", &mut buffer[..4]);
    assert_eq!(too_long, Err(Error::TooLong(5)));
    assert_eq!(fw_cfg::read("opt/cairn", &mut buffer), Err(Error::NoFile));
}

case!(a_refusal_fails, expect: Verdict::Failed, says: "cairn: cannot test: as planned");
/// A case that cannot run is none that passed.
fn a_refusal_fails() -> Result<(), cairn::testing::Failed> {
    refuse("as planned")
}
