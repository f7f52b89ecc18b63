//! Each outcome, provoked for real.

use std::time::Duration;

use crate::common::{Folder, Guest, boot_sector, qemu};
use runner::{Boot, Ending, ExitStatus, Machine, Outcome, Session};

const LIMIT: Duration = Duration::from_secs(20);

fn end_of(machine: &Machine, limit: Duration) -> Ending {
    Session::start(&qemu(), machine)
        .unwrap()
        .wait(limit)
        .unwrap()
}

fn end(guest: Guest) -> Ending {
    end_of(&guest.machine(&Folder::new()), LIMIT)
}

#[test]
fn success_with_all_that_was_said() {
    let ending = end(Guest::new().say("hello\n").exit(0x10));
    assert_eq!(ending.outcome, Outcome::Succeeded);
    assert_eq!(ending.serial, b"hello\n");
    assert_eq!(ending.outcome.exit_status(), ExitStatus::Success);
}

#[test]
fn a_panic_and_a_failure() {
    for (value, outcome) in [(0x11, Outcome::Panicked), (0x13, Outcome::Failed)] {
        let ending = end(Guest::new().say("no\n").exit(value));
        assert_eq!(ending.outcome, outcome);
        assert_eq!(ending.outcome.exit_status(), ExitStatus::Failed);
    }
}

#[test]
fn unusable() {
    let ending = end(Guest::new()
        .say("cairn: cannot boot: no long mode\n")
        .exit(0x12));
    assert_eq!(ending.outcome, Outcome::Unusable);
    assert_eq!(ending.outcome.exit_status(), ExitStatus::Unusable);
}

#[test]
fn an_exit_value_without_meaning() {
    assert_eq!(
        end(Guest::new().exit(0x20)).outcome,
        Outcome::Odd { value: 0x20 }
    );
    assert_eq!(end(Guest::new().exit(0)).outcome, Outcome::Odd { value: 0 });
}

#[test]
fn acpi_power_off() {
    let mut machine = Guest::new().power_off().machine(&Folder::new());
    let folder = Folder::new();
    machine.image = Guest::new().power_off().file(&folder);
    machine.firmware = runner::Firmware::SeaBios;
    assert_eq!(end_of(&machine, LIMIT).outcome, Outcome::PoweredOff);
}

#[test]
fn triple_fault_with_the_registers() {
    let ending = end(Guest::new().say("x").triple_fault());
    assert_eq!(ending.outcome, Outcome::TripleFaulted);
    assert_eq!(ending.outcome.exit_status(), ExitStatus::Reset);
    assert!(ending.log.starts_with("Triple fault"), "{}", ending.log);
}

#[test]
fn both_ways_to_reset() {
    assert_eq!(
        end(Guest::new().out(0x64, 0xfe).halt()).outcome,
        Outcome::Reset
    );
    assert_eq!(
        end(Guest::new().out(0xcf9, 0x06).halt()).outcome,
        Outcome::Reset
    );
}

#[test]
fn a_hang_after_a_sign_of_life() {
    let limit = Duration::from_millis(700);
    let folder = Folder::new();
    let ending = end_of(&Guest::new().say("hello").halt().machine(&folder), limit);
    assert_eq!(ending.outcome, Outcome::TimedOut { limit });
    assert_eq!(ending.serial, b"hello");
    assert_eq!(ending.outcome.exit_status(), ExitStatus::TimedOut);
}

#[test]
fn never_booted() {
    let limit = Duration::from_millis(500);
    let folder = Folder::new();
    let ending = end_of(&Guest::new().halt().machine(&folder), limit);
    assert_eq!(ending.outcome, Outcome::NeverBooted { limit });
    assert_eq!(ending.outcome.exit_status(), ExitStatus::Qemu);
}

#[test]
fn never_booted_whatever_uefi_firmware_said() {
    let folder = Folder::new();
    let limit = Duration::from_secs(6);
    let machine = Machine::new(Boot::Uefi, folder.write("empty.img", &[0; 1024 * 1024]));
    assert_eq!(
        end_of(&machine, limit).outcome,
        Outcome::NeverBooted { limit }
    );
}

#[test]
fn qemu_fails_with_what_it_said_and_a_log() {
    let folder = Folder::new();
    let mut machine = Guest::new().machine(&folder);
    machine.arguments = vec!["-nonsense".into()];
    let ending = end_of(&machine, LIMIT);
    let Outcome::QemuFailed { stderr, .. } = &ending.outcome else {
        panic!("{:?}", ending.outcome)
    };
    assert!(stderr.contains("-nonsense"), "{stderr}");
    assert_eq!(ending.outcome.exit_status(), ExitStatus::Qemu);
    let log = ending.keep(&folder.logs(), "a::b (direct)").unwrap();
    assert!(log.ends_with("a-b-direct.log"));
    let about = std::fs::read_to_string(folder.logs().join("a-b-direct.qemu.log")).unwrap();
    assert!(about.contains("-nonsense: invalid option"), "{about}");
}

#[test]
fn an_elf_file_without_pvh_note_gets_a_hint() {
    let folder = Folder::new();
    let mut elf = Guest::new().elf();
    elf[64 + 56] = 0; // PT_NULL instead of PT_NOTE
    let ending = end_of(
        &Machine::new(Boot::Direct, folder.write("guest", &elf)),
        LIMIT,
    );
    let said = ending.outcome.to_string();
    assert!(
        said.contains("without PVH ELF Note") && said.contains("hint: the kernel has no PVH note"),
        "{said}"
    );
}

#[cfg(unix)]
#[test]
fn qemu_ended_by_somebody_else_is_qemus_failure() {
    use rustix::process::{Pid, Signal, kill_process};
    for signal in [Signal::TERM, Signal::KILL] {
        let folder = Folder::new();
        let mut session =
            Session::start(&qemu(), &Guest::new().say("x").halt().machine(&folder)).unwrap();
        assert_eq!(session.next(None), runner::Progress::Output(b"x".to_vec()));
        let id = i32::try_from(session.process_id()).unwrap();
        kill_process(Pid::from_raw(id).unwrap(), signal).unwrap();
        let outcome = session.wait(LIMIT).unwrap().outcome;
        assert!(matches!(outcome, Outcome::QemuFailed { .. }), "{outcome:?}");
    }
}

#[test]
fn a_boot_sector_boots_on_bios_and_the_image_stays_as_it_was() {
    let folder = Folder::new();
    let image = folder.write("boot, sector.img", &boot_sector("hi"));
    let ending = end_of(&Machine::new(Boot::Bios, &image), LIMIT);
    assert_eq!(
        (ending.outcome, ending.serial),
        (Outcome::Succeeded, b"hi".to_vec())
    );
    assert_eq!(std::fs::read(image).unwrap(), boot_sector("hi"));
}

#[test]
fn a_machine_may_stay_when_its_kernel_ends() {
    let (folder, limit) = (Folder::new(), Duration::from_secs(1));
    for guest in [
        Guest::new().say("x").exit(0x10).halt(),
        Guest::new().say("x").triple_fault(),
    ] {
        let mut machine = guest.machine(&folder);
        machine.stays = true;
        let ending = Session::start(&qemu(), &machine).unwrap().wait(limit);
        assert_eq!(ending.unwrap().outcome, Outcome::TimedOut { limit });
    }
}
