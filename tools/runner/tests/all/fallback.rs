//! The machine without rustup's server, with a system that only writes down what it is told.

use std::fs;
use std::path::{Path, PathBuf};

use runner::doctor::fix::fix;
use runner::doctor::install::{Platform, Thing};
use runner::doctor::{Places, Report};
use runner::{Error, ExitStatus};

use crate::doctor::{component, missing, target};
use crate::recorder::Recorder;

/// What rustup says of a server that does not answer.
const OUT_OF_REACH: &str = "error: component download failed\n\
    Caused by: could not download file from 'http://127.0.0.1:9/rust-std.tar.xz'";

const LINK: &str = "rustup --quiet toolchain link cairn-debian";
const OVERRIDE: &str = "rustup --quiet override set cairn-debian --path";

/// A repository, a folder of rustup's and a system with Debian's files, all of the test's own.
fn places(name: &str) -> Places {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fallback-{name}"));
    let _ = fs::remove_dir_all(&folder);
    let places = Places {
        root: folder.join("root"),
        rustup: folder.join("it's rustup"),
        system: folder.join("usr"),
    };
    write(
        &places.root.join("rust-toolchain.toml"),
        "[toolchain]\nchannel = \"1.95.0\"\n",
    );
    for program in [
        "rustc",
        "cargo",
        "cargo-fmt",
        "cargo-clippy",
        "rustfmt",
        "lld",
        "llvm-objcopy",
        "llvm-objdump",
    ] {
        write(&places.system.join("bin").join(program), program);
    }
    let rustlib = places.system.join("lib/rustlib");
    fs::create_dir_all(rustlib.join("src/rust/library/core")).unwrap();
    let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    write(&rustlib.join(host).join("lib/libstd.rlib"), "std");
    places
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn sysroot(places: &Places) -> PathBuf {
    places.rustup.join("cairn/1.96.0+dfsg1-1")
}

/// A machine whose rustup cannot reach its server.
fn offline() -> Recorder {
    Recorder {
        fails: "rustup target add",
        said: OUT_OF_REACH,
        ..Recorder::new()
    }
}

fn bare() -> Report {
    missing(&[target("x86_64-unknown-none")], Platform::Debian)
}

#[test]
fn debians_compiler_stands_in() {
    let places = places("stands-in");
    let mut shell = Recorder {
        installed: false,
        ..offline()
    };
    fix(&bare(), &places, &mut shell).unwrap();
    let [rustup, apt, cargo, link, chosen] = &shell.ran[..] else {
        panic!("{:?}", shell.ran)
    };
    assert!(rustup.starts_with("rustup target add"), "{rustup}");
    assert!(
        apt.ends_with("rustc-web cargo-web rust-web-src rustfmt-web rust-web-clippy lld llvm"),
        "{apt}"
    );
    assert!(cargo.contains("--target x86_64-unknown-none"), "{cargo}");
    assert_eq!(*link, format!("{LINK} {}", sysroot(&places).display()));
    assert_eq!(*chosen, format!("{OVERRIDE} {}", places.root.display()));
}

#[test]
fn the_sysroot_is_whole() {
    let places = places("whole");
    fix(&bare(), &places, &mut offline()).unwrap();
    let sysroot = sysroot(&places);
    let host = format!("lib/rustlib/{}-unknown-linux-gnu", std::env::consts::ARCH);
    for path in [
        "bin/cargo",
        "bin/clippy-driver",
        "bin/rustfmt",
        "lib/rustlib/src/rust/library/core",
        "lib/rustlib/x86_64-unknown-none/lib/libcore-1.rlib",
        "lib/rustlib/x86_64-unknown-none/lib/libcompiler_builtins-3.rlib",
        &format!("{host}/lib/libstd.rlib"),
        &format!("{host}/bin/rust-lld"),
        &format!("{host}/bin/llvm-objcopy"),
    ] {
        assert!(sysroot.join(path).exists(), "{path}");
    }
    let empty = "lib/rustlib/x86_64-unknown-none/lib/libempty-4.rlib";
    assert!(!sysroot.join(empty).exists());
    let script = fs::read_to_string(sysroot.join("bin/rustc")).unwrap();
    let quoted = sysroot.display().to_string().replace('\'', r"'\''");
    assert!(
        script.ends_with(&format!("--sysroot '{quoted}' \"$@\"\n")),
        "{script}"
    );
}

#[test]
fn it_is_built_once() {
    let places = places("once");
    fix(&bare(), &places, &mut offline()).unwrap();
    let mut shell = offline();
    fix(&bare(), &places, &mut shell).unwrap();
    assert_eq!(shell.ran.len(), 3, "{:?}", shell.ran);
    assert!(shell.ran[1].starts_with(LINK));
}

#[test]
fn it_is_built_anew_for_another_compiler() {
    let places = places("anew");
    fix(&bare(), &places, &mut offline()).unwrap();
    write(&places.system.join("bin/rustc"), "another one");
    let lacking = Thing::Target {
        channel: "cairn-debian".into(),
        target: "x86_64-unknown-none",
    };
    let mut shell = Recorder {
        version: "1.97.0",
        ..Recorder::new()
    };
    // Rustup is not asked: the folder has been told to do without it.
    fix(&missing(&[lacking], Platform::Debian), &places, &mut shell).unwrap();
    assert!(shell.ran[0].contains("-Zbuild-std"), "{:?}", shell.ran);
    assert!(places.rustup.join("cairn/1.97.0").exists());
    assert!(!sysroot(&places).exists());
}

#[test]
fn an_interrupted_build_leaves_nothing_that_is_used() {
    let places = places("interrupted");
    let mut shell = Recorder {
        fails: "-Zbuild-std",
        ..Recorder::new()
    };
    let lacking = Thing::Toolchain {
        channel: "cairn-debian".into(),
    };
    let report = missing(&[lacking], Platform::Debian);
    let error = fix(&report, &places, &mut shell).unwrap_err();
    assert!(error.to_string().contains("failed"), "{error}");
    assert!(!sysroot(&places).exists());
    assert!(!shell.ran.iter().any(|line| line.starts_with(LINK)));
    fix(&report, &places, &mut shell).unwrap();
    assert!(sysroot(&places).exists());
}

#[test]
fn a_compiler_older_than_the_pinned_one_is_refused() {
    let places = places("older");
    let mut shell = Recorder {
        version: "1.85.0+dfsg3-1",
        ..offline()
    };
    let error = fix(&bare(), &places, &mut shell).unwrap_err();
    assert!(matches!(error, Error::CompilerTooOld { .. }), "{error}");
    assert_eq!(error.exit_status(), ExitStatus::Missing);
    // A newer one may have been in the lists of packages.
    assert!(shell.ran[1].contains("apt-get install"), "{:?}", shell.ran);
}

#[test]
fn without_root_the_packages_are_said() {
    let mut shell = Recorder {
        root: false,
        programs: &["rustup"],
        installed: false,
        ..offline()
    };
    let error = fix(&bare(), &places("root"), &mut shell).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("install --no-install-recommends rustc-web"),
        "{error}"
    );
}

#[test]
fn installed_packages_need_no_root() {
    let mut shell = Recorder {
        root: false,
        programs: &["rustup"],
        ..offline()
    };
    fix(&bare(), &places("no-root"), &mut shell).unwrap();
}

#[test]
fn other_failures_and_other_systems_have_no_stand_in() {
    for (said, platform) in [
        ("error: no space left on device", Platform::Debian),
        (OUT_OF_REACH, Platform::Fedora),
        (OUT_OF_REACH, Platform::MacOs),
    ] {
        let mut shell = Recorder { said, ..offline() };
        let report = missing(&[target("x86_64-unknown-none")], platform);
        let error = fix(&report, &places("others"), &mut shell).unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
        assert_eq!(shell.ran.len(), 1, "{:?}", shell.ran);
    }
}

#[test]
fn a_component_out_of_reach_does_it_too() {
    let mut shell = Recorder {
        fails: "rustup component add",
        ..offline()
    };
    let report = missing(&[component("llvm-tools")], Platform::Debian);
    fix(&report, &places("component"), &mut shell).unwrap();
    assert!(shell.ran.iter().any(|line| line.starts_with(LINK)));
}
