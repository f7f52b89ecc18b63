//! The guest's input: nothing is lost, nothing comes too early.

use std::time::{Duration, Instant};

use crate::common::{Folder, Guest, qemu};
use runner::{Outcome, Progress, Session};

const LIMIT: Duration = Duration::from_secs(60);

#[test]
fn input_waits_for_the_first_xon() {
    let folder = Folder::new();
    // The guest throws away what is in its receiver before it is ready, as a kernel that resets its UART does.
    let guest = Guest::new()
        .say("boot ")
        .out(0x3fa, 0x07)
        .out(0x3f8, 0x11)
        .read()
        .echo()
        .read()
        .echo()
        .exit(0x10);
    let session = Session::start(&qemu(), &guest.machine(&folder)).unwrap();
    session.input().send(b"ok");
    let ending = session.wait(LIMIT).unwrap();
    assert_eq!(ending.outcome, Outcome::Succeeded);
    assert_eq!(ending.serial, b"boot ok", "XON is not shown");
}

#[test]
fn readiness_is_reported_once_and_in_order() {
    let folder = Folder::new();
    let guest = Guest::new()
        .say("a")
        .out(0x3f8, 0x11)
        .say("b")
        .out(0x3f8, 0x13)
        .out(0x3f8, 0x11)
        .exit(0x10);
    let mut session = Session::start(&qemu(), &guest.machine(&folder)).unwrap();
    let mut ready = 0;
    loop {
        match session.next(Some(Instant::now() + LIMIT)) {
            Progress::Ready => ready += 1,
            Progress::Output(_) => {}
            other => break assert_eq!(other, Progress::Ended),
        }
    }
    assert_eq!(
        (ready, session.finish().unwrap().serial),
        (1, b"ab".to_vec())
    );
}

#[test]
fn nothing_is_lost_with_a_guest_that_fails_on_overrun() {
    let folder = Folder::new();
    let sent: Vec<u8> = (0..48_u32 * 1024)
        .map(|n| b' ' + (n.wrapping_mul(2_654_435_761) >> 26) as u8)
        .collect();
    let mut session = Session::start(&qemu(), &Guest::strict_echo().machine(&folder)).unwrap();
    session.input().send(&sent);
    session.input().send(&[4]);
    let mut came = Vec::new();
    loop {
        match session.next(Some(Instant::now() + LIMIT)) {
            Progress::Output(bytes) => came.extend(bytes),
            Progress::Ready => {}
            other => break assert_eq!(other, Progress::Ended, "after {} bytes", came.len()),
        }
    }
    assert_eq!(session.finish().unwrap().outcome, Outcome::Succeeded);
    assert_eq!(came.len(), sent.len());
    assert!(came == sent, "a byte was changed");
}
