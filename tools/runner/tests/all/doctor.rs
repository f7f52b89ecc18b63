//! Each branch of getting what is missing, with a system that only writes down what it is told.

use runner::Error;
use runner::doctor::fix;
use runner::doctor::install::{Platform, Thing};
use runner::doctor::shell::Shell;
use runner::doctor::{Finding, Places, Report, State};

use crate::recorder::Recorder;

fn fix(report: &Report, shell: &mut dyn Shell) -> Result<(), Error> {
    fix::fix(report, &Places::of("/nowhere".as_ref()), shell)
}

pub fn missing(things: &[Thing], platform: Platform) -> Report {
    let finding = |thing: &Thing| Finding {
        thing: thing.clone(),
        state: State::Missing {
            reason: String::new(),
        },
    };
    Report {
        findings: things.iter().map(finding).collect(),
        platform,
    }
}

pub fn target(target: &'static str) -> Thing {
    Thing::Target {
        channel: "1.95.0".into(),
        target,
    }
}

pub fn component(component: &'static str) -> Thing {
    Thing::Component {
        channel: "1.95.0".into(),
        component,
    }
}

const APT: &str = "env DEBIAN_FRONTEND=noninteractive apt-get";

#[test]
fn nothing_is_run_when_nothing_is_missing() {
    let found = Finding {
        thing: Thing::Qemu,
        state: State::Found {
            version: "7.2".into(),
            place: "/usr/bin/qemu".into(),
        },
    };
    let mut shell = Recorder::new();
    fix(
        &Report {
            findings: vec![found],
            platform: Platform::Debian,
        },
        &mut shell,
    )
    .unwrap();
    assert!(shell.ran.is_empty());
}

#[test]
fn rustup_gets_targets_and_components_of_the_pinned_toolchain() {
    let things = [
        target("x86_64-unknown-none"),
        target("x86_64-unknown-uefi"),
        component("rust-src"),
        component("llvm-tools"),
    ];
    let mut shell = Recorder::new();
    fix(&missing(&things, Platform::Arch), &mut shell).unwrap();
    assert_eq!(
        shell.ran,
        [
            "rustup target add --toolchain 1.95.0 x86_64-unknown-none x86_64-unknown-uefi",
            "rustup component add --toolchain 1.95.0 rust-src llvm-tools",
        ]
    );
}

#[test]
fn no_rustup_is_said_with_the_way_to_get_it() {
    let mut shell = Recorder {
        programs: &[],
        ..Recorder::new()
    };
    let error = fix(
        &missing(
            &[Thing::Rustup, target("x86_64-unknown-none")],
            Platform::Fedora,
        ),
        &mut shell,
    )
    .unwrap_err();
    assert!(
        error.to_string().contains("https://sh.rustup.rs"),
        "{error}"
    );
    assert!(shell.ran.is_empty());
}

#[test]
fn root_installs_packages() {
    let mut shell = Recorder::new();
    fix(
        &missing(&[Thing::Qemu, Thing::Ovmf], Platform::Debian),
        &mut shell,
    )
    .unwrap();
    assert_eq!(
        shell.ran,
        [format!(
            "{APT} install --yes --no-install-recommends qemu-system-x86 ovmf"
        )]
    );
}

#[test]
fn old_lists_are_updated_first() {
    let mut shell = Recorder {
        fresh: false,
        ..Recorder::new()
    };
    fix(&missing(&[Thing::Qemu], Platform::Debian), &mut shell).unwrap();
    assert_eq!(shell.ran[0], format!("{APT} update"));
    assert_eq!(shell.ran.len(), 2);
}

#[test]
fn wrong_lists_are_updated_when_an_install_fails() {
    let mut shell = Recorder {
        fails: "install",
        ..Recorder::new()
    };
    fix(&missing(&[Thing::Qemu], Platform::Debian), &mut shell).unwrap();
    assert_eq!(shell.ran.len(), 3);
    assert_eq!(shell.ran[1], format!("{APT} update"));
}

#[test]
fn others_use_sudo_which_asks_only_where_somebody_can_answer() {
    for (interactive, sudo) in [(true, "sudo env"), (false, "sudo -n env")] {
        let mut shell = Recorder {
            root: false,
            interactive,
            ..Recorder::new()
        };
        fix(&missing(&[Thing::Qemu], Platform::Debian), &mut shell).unwrap();
        assert!(shell.ran[0].starts_with(sudo), "{:?}", shell.ran);
    }
}

#[test]
fn without_root_and_sudo_the_command_is_said() {
    let mut shell = Recorder {
        root: false,
        programs: &["rustup"],
        ..Recorder::new()
    };
    let error = fix(&missing(&[Thing::Qemu], Platform::Debian), &mut shell).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("sudo apt-get install --no-install-recommends qemu-system-x86"),
        "{error}"
    );
    assert_eq!(error.exit_status(), runner::ExitStatus::Missing);
}

#[test]
fn a_command_that_fails_is_named() {
    let mut shell = Recorder {
        fails: "target add",
        ..Recorder::new()
    };
    let error = fix(
        &missing(&[target("x86_64-unknown-none")], Platform::Debian),
        &mut shell,
    )
    .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("`rustup target add --toolchain 1.95.0 x86_64-unknown-none` failed"),
        "{error}"
    );
}

#[test]
fn other_systems_packages_are_left_to_their_user() {
    for (platform, command) in [
        (Platform::Fedora, "sudo dnf install edk2-ovmf"),
        (Platform::Arch, "sudo pacman -S edk2-ovmf"),
        (Platform::MacOs, "brew install qemu"),
        (
            Platform::Windows,
            "winget install --id SoftwareFreedomConservancy.QEMU",
        ),
        (
            Platform::Other,
            "Fedora:         sudo dnf install edk2-ovmf",
        ),
    ] {
        let mut shell = Recorder::new();
        let report = missing(&[Thing::Ovmf], platform);
        fix(&report, &mut shell).unwrap();
        assert!(shell.ran.is_empty());
        assert!(report.advice().contains(command), "{}", report.advice());
        assert!(report.to_string().contains(command), "{report}");
    }
}

#[test]
fn platforms_are_known_by_os_release() {
    for (text, platform) in [
        ("ID=debian\n", Platform::Debian),
        (
            "ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n",
            Platform::Debian,
        ),
        ("ID=fedora\n", Platform::Fedora),
        (
            "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n",
            Platform::Fedora,
        ),
        ("NAME=x\nID=endeavouros\nID_LIKE=arch\n", Platform::Arch),
        ("ID=nixos\n", Platform::Other),
        ("", Platform::Other),
    ] {
        assert_eq!(Platform::of(text), platform, "{text}");
    }
}
