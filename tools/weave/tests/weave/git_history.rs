//! The history: the same hashes everywhere, and nobody else's work touched.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;
use weave::{Course, history};

use crate::fixture::Fixture;

fn folder() -> TempDir {
    TempDir::new().expect("a folder")
}

fn git(dir: &Path, arguments: &[&str]) -> String {
    let identity = [
        "-c",
        "user.name=Somebody",
        "-c",
        "user.email=somebody@example.org",
        "-c",
        "commit.gpgsign=false",
    ];
    let output = Command::new("git")
        .arg("-C")
        .arg(dir)
        .args(identity)
        .args(arguments)
        .output()
        .expect("git");
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout)
        .expect("text")
        .trim()
        .to_string()
}

fn refusal(fixture: &Fixture, dir: &Path) -> String {
    history::write(&fixture.load(), dir)
        .expect_err("refused")
        .to_string()
}

#[test]
fn one_commit_a_step_and_one_tag_a_chapter() {
    let (fixture, dir) = (Fixture::new(), folder());
    let course = fixture.load();
    let report = history::write(&course, dir.path()).expect("a history");
    assert!(report.changed);
    assert_eq!(report.commits.len(), 5);
    let log = git(
        dir.path(),
        &[
            "log",
            "--reverse",
            "--format=%H %an <%ae> %cn <%ce> %at %ct %s",
            "chapters",
        ],
    );
    for (index, (line, (_, hash))) in log.lines().zip(&report.commits).enumerate() {
        let date = history::EPOCH + 60 * index as u64;
        let identity = history::IDENTITY;
        assert!(
            line.starts_with(&format!("{hash} {identity} {identity} {date} {date} ")),
            "{line}"
        );
    }
    assert!(log.ends_with("A whole line"));
    assert_eq!(
        git(dir.path(), &["log", "-1", "--format=%B", "chapter-01-boot"]),
        "A module\n\nboot.3: step 3 of chapter 1, Boot."
    );
    assert_eq!(
        git(dir.path(), &["tag"]),
        "chapter-01-boot\nchapter-02-serial"
    );
    assert_eq!(git(dir.path(), &["for-each-ref", "refs/cairn"]), "");
    let checkout = folder();
    let tree = fixture.weave("boot.3");
    for (path, file) in tree.files() {
        let shown = Command::new("git")
            .arg("-C")
            .arg(dir.path())
            .args(["show", &format!("chapter-01-boot:{path}")])
            .output();
        assert_eq!(shown.expect("git").stdout, file.text);
    }
    assert_eq!(
        git(
            dir.path(),
            &["ls-tree", "-r", "--name-only", "chapter-01-boot"]
        )
        .lines()
        .count(),
        tree.files().len()
    );
    drop(checkout);
}

#[test]
fn a_second_run_changes_nothing_and_a_new_source_moves_what_is_ours() {
    let (fixture, dir) = (Fixture::new(), folder());
    let first = history::write(&fixture.load(), dir.path()).expect("a history");
    let again = history::write(&fixture.load(), dir.path()).expect("a history");
    assert_eq!((again.changed, &again.commits), (false, &first.commits));
    let fixture = fixture.with(
        "src/serial.rs",
        "pub fn port() {}",
        "pub fn port() {\n    let _ = 1;\n}",
    );
    let moved = history::write(&fixture.load(), dir.path()).expect("a history");
    assert!(moved.changed);
    assert_eq!(moved.tags[0], first.tags[0]);
    assert_eq!(
        git(dir.path(), &["rev-parse", "chapter-02-serial", "chapters"]),
        format!("{0}\n{0}", moved.tags[1].1)
    );
}

#[test]
fn an_existing_repository_keeps_its_own_work() {
    let (fixture, dir) = (Fixture::new(), folder());
    git(dir.path(), &["init", "-q", "-b", "main"]);
    fs::write(dir.path().join("mine"), "x").expect("a file");
    git(dir.path(), &["add", "mine"]);
    git(dir.path(), &["commit", "-q", "-m", "mine"]);
    let head = git(dir.path(), &["rev-parse", "HEAD"]);
    history::write(&fixture.load(), dir.path()).expect("a history");
    assert_eq!(git(dir.path(), &["rev-parse", "HEAD"]), head);
    assert_eq!(git(dir.path(), &["status", "--porcelain"]), "");
}

#[test]
fn names_that_are_taken_are_refused() {
    let fixture = Fixture::new();
    for (reference, message) in [
        ("tag", "the tag `chapter-02-serial` points to work"),
        ("branch", "the branch `chapters` points to work"),
    ] {
        let dir = folder();
        git(dir.path(), &["init", "-q", "-b", "main"]);
        git(dir.path(), &["commit", "-q", "--allow-empty", "-m", "mine"]);
        git(
            dir.path(),
            if reference == "tag" {
                &["tag", "chapter-02-serial"]
            } else {
                &["branch", "chapters"]
            },
        );
        let before = git(dir.path(), &["for-each-ref"]);
        let refusal = refusal(&fixture, dir.path());
        assert!(refusal.starts_with(message), "{refusal}");
        assert_eq!(git(dir.path(), &["for-each-ref"]), before);
    }
}

#[test]
fn an_annotated_tag_on_our_commit_is_not_ours() {
    let (fixture, dir) = (Fixture::new(), folder());
    history::write(&fixture.load(), dir.path()).expect("a history");
    git(
        dir.path(),
        &[
            "tag",
            "-f",
            "-a",
            "-m",
            "mine",
            "chapter-01-boot",
            "chapter-01-boot",
        ],
    );
    assert!(refusal(&fixture, dir.path()).starts_with("the tag `chapter-01-boot` points to work"));
}

#[test]
fn the_branch_must_not_be_checked_out() {
    let (fixture, dir) = (Fixture::new(), folder());
    history::write(&fixture.load(), dir.path()).expect("a history");
    git(dir.path(), &["checkout", "-q", "chapters"]);
    let refusal = refusal(&fixture, dir.path());
    assert!(
        refusal.starts_with("the branch `chapters` is checked out in "),
        "{refusal}"
    );
    git(dir.path(), &["switch", "-q", "--detach"]);
    history::write(&fixture.load(), dir.path()).expect("a history");
}

#[test]
fn a_folder_that_is_no_repository_is_refused() {
    let (fixture, dir) = (Fixture::new(), folder());
    fs::write(dir.path().join("mine"), "x").expect("a file");
    assert!(
        refusal(&fixture, dir.path()).contains("is not the top of a git repository and not empty")
    );
    git(dir.path(), &["init", "-q"]);
    fs::create_dir(dir.path().join("below")).expect("a folder");
    fs::write(dir.path().join("below/mine"), "x").expect("a file");
    assert!(refusal(&fixture, &dir.path().join("below")).contains("is not the top"));
    history::write(&fixture.load(), &dir.path().join("new")).expect("a history");
    assert_eq!(git(dir.path(), &["for-each-ref"]), "");
    fs::create_dir_all(dir.path().join("begun/.git/objects")).expect("a folder");
    fs::write(dir.path().join("begun/.git/HEAD"), "ref: refs/heads/main\n").expect("a file");
    history::write(&fixture.load(), &dir.path().join("begun")).expect("a history");
}

#[test]
fn a_bare_repository_will_do() {
    let (fixture, dir) = (Fixture::new(), folder());
    git(dir.path(), &["init", "-q", "--bare", "-b", "main"]);
    history::write(&fixture.load(), dir.path()).expect("a history");
    assert_eq!(
        git(dir.path(), &["tag"]),
        "chapter-01-boot\nchapter-02-serial"
    );
}

const HOSTILE: &str = r#"
[user]
    name = Somebody Else
    email = else@example.org
[commit]
    gpgsign = true
    template = /nowhere
[tag]
    gpgsign = true
[gpg]
    program = false
[core]
    autocrlf = true
    eol = crlf
    fileMode = false
    ignoreCase = true
    hooksPath = HOOKS
[init]
    defaultBranch = chapters
    defaultObjectFormat = sha256
    templateDir = /nowhere
[i18n]
    commitEncoding = latin1
[fastimport]
    unpackLimit = 1
[log]
    showSignature = true
"#;

/// What the test below runs in a process with another environment. Without that environment there is nothing to do.
#[test]
fn write_for_parent() {
    if let (Some(root), Some(dir)) = (env::var_os("WEAVE_ROOT"), env::var_os("WEAVE_DIR")) {
        let course = Course::load(Path::new(&root)).expect("a course");
        history::write(&course, Path::new(&dir)).expect("a history");
    }
}

#[test]
fn the_same_hashes_under_hostile_configurations() {
    let (fixture, dir) = (Fixture::new(), folder());
    let hooks = dir.path().join("hooks");
    fs::create_dir(&hooks).expect("a folder");
    let hook = hooks.join("reference-transaction");
    fs::write(&hook, "#!/bin/sh\nexit 1\n").expect("a hook");
    make_executable(&hook);
    let hostile = HOSTILE.replace("HOOKS", &hooks.to_string_lossy().replace('\\', "/"));
    let mut seen = Vec::new();
    for (name, text) in [("plain", ""), ("hostile", hostile.as_str())] {
        let (config, repository) = (
            dir.path().join(format!("{name}.config")),
            dir.path().join(name),
        );
        fs::write(&config, text).expect("a file");
        let status = Command::new(env::current_exe().expect("this program"))
            .args(["--exact", "git_history::write_for_parent"])
            .env("WEAVE_ROOT", fixture.root())
            .env("WEAVE_DIR", &repository)
            .env("GIT_CONFIG_GLOBAL", &config)
            .env("GIT_COMMITTER_NAME", name)
            .env("GIT_AUTHOR_DATE", "2001-01-01T00:00:00")
            .env("GIT_DIR", dir.path().join("elsewhere"))
            .status();
        assert!(status.expect("a process").success());
        seen.push(git(&repository, &["for-each-ref"]));
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0].lines().count(), 3);
}

#[cfg(unix)]
fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a mode");
}

#[cfg(not(unix))]
fn make_executable(_path: &Path) {}
