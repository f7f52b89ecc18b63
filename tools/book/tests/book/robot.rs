//! Each way in which a page can be wrong fails the check, with a message that names it.

use crate::fixture::{BOOT, Fixture, SERIAL, problems, recording};

/// The messages of a page of `boot` that is wrong.
fn wrong(boot: &str) -> Vec<String> {
    problems(Fixture::new(boot, SERIAL).check())
        .iter()
        .map(ToString::to_string)
        .collect()
}

/// The messages after the rendered page of `boot` was changed.
fn tampered(change: impl FnOnce(String) -> String) -> Vec<String> {
    problems(Fixture::new(BOOT, SERIAL).check_after(change))
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn assert_says(messages: &[String], parts: &[&str]) {
    let found = messages
        .iter()
        .any(|message| parts.iter().all(|part| message.contains(part)));
    assert!(
        found,
        "none of these says {parts:?}:\n{}",
        messages.join("\n")
    );
}

/// Line of the page on which this text stands.
fn line(text: &str) -> usize {
    BOOT.lines().position(|line| line.contains(text)).unwrap() + 1
}

fn replaced(html: &str, from: &str, to: &str) -> String {
    assert!(html.contains(from), "{from} is not on the page");
    html.replacen(from, to, 1)
}

#[test]
fn a_right_page_passes() {
    let summary = Fixture::new(BOOT, SERIAL).check().unwrap();
    assert_eq!((summary.chapters, summary.walk.stops), (2, 4));
    assert!(summary.notes.is_empty(), "{:?}", summary.notes);
}

#[test]
fn a_line_that_is_never_shown() {
    let messages = wrong(&BOOT.replace(", lines \"mod exit\"", ""));
    assert_says(
        &messages,
        &[
            "book/src/boot.md:",
            "boot.2",
            "line 5 of src/main.rs",
            "mod exit;",
            "never shown",
        ],
    );
}

#[test]
fn a_file_that_is_never_shown() {
    let messages = wrong(&BOOT.replace("{{#listing Cargo.toml}}\n", ""));
    assert_says(&messages, &["at boot.1, Cargo.toml is on no listing"]);
}

#[test]
fn a_file_that_is_never_removed() {
    let messages = wrong(&BOOT.replace("{{#listing kernel.ld}}\n", ""));
    assert_says(&messages, &["at boot.3, the reader has kernel.ld"]);
}

#[test]
fn a_listing_shown_twice() {
    let twice = BOOT.replace(
        "{{#listing src/exit.rs}}",
        "{{#listing src/exit.rs}}\n{{#listing src/exit.rs fn say}}",
    );
    let messages = wrong(&twice);
    assert_says(
        &messages,
        &[
            &format!("boot.md:{}", line("{{#listing src/exit.rs}}") + 1),
            "`fn say`",
            "shown before",
        ],
    );
}

#[test]
fn a_figure_shown_twice() {
    let messages = tampered(|html| {
        let start = html.find("<figure class=\"listing").unwrap();
        let end = start + html[start..].find("</figure>").unwrap() + "</figure>".len();
        let figure = html[start..end].to_owned();
        html.replacen(&figure, &format!("{figure}{figure}"), 1)
    });
    assert_says(&messages, &["Cargo.toml", "shown twice"]);
}

#[test]
fn listings_out_of_order() {
    let messages = tampered(|html| {
        let figures: Vec<_> = html
            .split("<figure class=\"listing")
            .skip(1)
            .map(|rest| {
                format!(
                    "<figure class=\"listing{}",
                    rest.split_once("</figure>").unwrap().0
                )
            })
            .filter(|figure| figure.contains(">src/exit.rs<"))
            .collect();
        let hole = html
            .replacen(&figures[0], "HOLE", 1)
            .replacen(&figures[1], &figures[0], 1);
        hole.replacen("HOLE", &figures[1], 1)
    });
    assert_says(&messages, &["src/exit.rs", "out of order"]);
}

#[test]
fn a_wrong_anchor_in_the_caption() {
    let messages = tampered(|html| {
        replaced(
            &html,
            "after <code class=\"nohighlight\">pub extern",
            "after <code>fn",
        )
    });
    assert_says(
        &messages,
        &[
            "wrong caption for src/main.rs",
            "after fn \"C\" fn start",
            "between \"pub extern",
        ],
    );
}

#[test]
fn a_wrong_kind_in_the_caption() {
    let messages = tampered(|html| replaced(&html, "instead of these 2", "without these 2"));
    assert_says(&messages, &["wrong caption"]);
}

#[test]
fn a_wrong_count_in_the_caption() {
    let messages = tampered(|html| replaced(&html, "(2 new lines)", "(3 new lines)"));
    assert_says(
        &messages,
        &[
            "wrong caption for Cargo.toml",
            "its lines are 2 new and 0 removed",
        ],
    );
}

#[test]
fn a_wrong_file_in_the_caption() {
    let messages = tampered(|html| replaced(&html, ">Cargo.toml<", ">cargo.toml<"));
    assert_says(&messages, &["Cargo.toml is on no listing"]);
    assert_says(&messages, &["the reader has cargo.toml"]);
}

#[test]
fn a_wrong_surrounding_in_the_caption() {
    let inside = "<span class=\"place\">after <code class=\"nohighlight\">SECTIONS {</code>";
    let messages = tampered(|html| {
        replaced(
            &html,
            inside,
            &inside.replace("after", "in <code>MEMORY</code>, after"),
        )
    });
    assert_says(
        &messages,
        &[
            "wrong caption for kernel.ld",
            "no line above it opens \"MEMORY\"",
        ],
    );
}

#[test]
fn a_place_that_no_one_understands() {
    let messages = tampered(|html| replaced(&html, ">new file<", ">a file<"));
    assert_says(&messages, &["cannot be read", "\"a file\" is no place"]);
}

#[test]
fn a_line_changed_on_the_page() {
    let messages = tampered(|html| {
        replaced(
            &html,
            "<span class=\"hljs-comment\">/// Waits.",
            "<span>/// Waits!",
        )
    });
    assert_says(
        &messages,
        &["at boot.1, line 12 of src/main.rs", "/// Waits!"],
    );
}

#[test]
fn context_that_is_not_in_the_file() {
    let messages = tampered(|html| {
        replaced(
            &html,
            "<span class=\"line old\"><span class=\"hljs-keyword\">SECTIONS",
            "<span class=\"line old\"><span>Sections",
        )
    });
    assert_says(
        &messages,
        &["nowhere in the reader's kernel.ld", "Sections {"],
    );
}

#[test]
fn steps_out_of_order_skipped_or_left_open() {
    assert_says(
        &wrong(&BOOT.replace("step boot.2", "step boot.3")),
        &["step boot.3 is out of order; the next step is boot.2"],
    );
    assert_says(
        &wrong(&BOOT.replace("step boot.2", "step boot.9")),
        &["there is no step boot.9", "boot.1, boot.2"],
    );
    assert_says(
        &wrong(&BOOT.replacen("{{#stop}}", "", 1)),
        &["step boot.1 is still open"],
    );
    assert_says(
        &wrong(&BOOT[..BOOT.find("{{#step boot.3").unwrap()]),
        &["ends before step boot.3 begins"],
    );
    assert_says(
        &wrong(&format!("{BOOT}\n{{{{#stop}}}}\n")),
        &["no step is open"],
    );
    assert_says(
        &wrong(&format!("{{{{#listing Cargo.toml}}}}\n{BOOT}")),
        &["boot.md:1: no step is open"],
    );
}

#[test]
fn a_missing_stop_on_the_rendered_page() {
    let messages = tampered(|html| replaced(&html, "data-point=\"boot.3\"", ""));
    assert_says(&messages, &["no stopping point boot.3"]);
}

#[test]
fn listings_of_what_is_not_there() {
    let listing = |text: &str| {
        BOOT.replacen(
            "{{#listing Cargo.toml}}",
            &format!("{{{{#listing Cargo.toml}}}}\n{text}"),
            1,
        )
    };
    assert_says(
        &wrong(&listing("{{#listing src/none.rs}}")),
        &["there is no file src/none.rs at boot.1", "src/main.rs"],
    );
    assert_says(
        &wrong(&listing("{{#listing src/main.rs fn none}}")),
        &["src/main.rs:", "fn none"],
    );
    assert_says(
        &wrong(&listing("{{#listing kernel.ld lines \"none\"}}")),
        &["no unshown line of kernel.ld"],
    );
    assert_says(
        &wrong(&listing("{{#listing rust-toolchain.toml}}")),
        &["is a given file"],
    );
    assert_says(
        &wrong(&listing("{{#listing Cargo.lock}}")),
        &["written by cargo"],
    );
    assert_says(
        &wrong(&listing("{{#list Cargo.toml}}")),
        &["boot.md:8: unknown directive `list`", "{{#listing PATH"],
    );
    assert_says(
        &wrong(&listing("See {{#stop}}")),
        &["stands alone on its line"],
    );
}

#[test]
fn transcripts_missing_stale_unshown_or_undeclared() {
    let file = "chapters/01-boot/transcripts/halt.txt";
    let with = |point: &str, command: &str| {
        let fixture = Fixture::new(BOOT, SERIAL);
        fixture.write(file, &recording(point, command).to_string());
        problems(fixture.check())
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    assert_says(
        &with("boot.2", "cargo run"),
        &["boot.md:3:", "stale transcript", "point = \"boot.2\""],
    );
    assert_says(
        &with("boot.3", "cargo test"),
        &["stale transcript", "command = \"cargo test\""],
    );

    let fixture = Fixture::new(BOOT, SERIAL);
    std::fs::remove_file(fixture.folder.path().join(file)).unwrap();
    let messages: Vec<_> = problems(fixture.check())
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_says(&messages, &["halt.txt", "cargo xtask book --update"]);

    assert_says(
        &wrong(&BOOT.replace("{{#transcript halt}}", "")),
        &["transcript halt is declared", "does not show it"],
    );
    assert_says(
        &wrong(&BOOT.replace("{{#transcript halt}}", "{{#transcript stop}}")),
        &["stop is not declared", "halt"],
    );
    assert_says(
        &wrong(&BOOT.replace("#transcript halt", "#screenshot halt \"x\"")),
        &["kind = \"text\""],
    );
}

#[test]
fn a_recording_of_another_tree_is_a_note() {
    let mut fixture = Fixture::new(BOOT, SERIAL);
    fixture.stages.stages[2].hash = "4".repeat(40);
    assert_eq!(
        fixture.check().unwrap().notes,
        ["01-boot: transcript halt was recorded from an older tree"]
    );
}

#[test]
fn a_chapter_without_a_page() {
    let fixture = Fixture::new(BOOT, SERIAL);
    fixture.write("book/src/SUMMARY.md", "# Summary\n\n- [Boot](boot.md)\n");
    let messages: Vec<_> = problems(fixture.check())
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_says(&messages, &["SUMMARY.md:1: chapter serial has no page"]);
}

#[test]
fn a_dead_link() {
    let messages = wrong(&format!("{BOOT}\n[there](deep/serial.md#nothing)\n"));
    let line = BOOT.lines().count() + 2;
    assert_says(
        &messages,
        &[
            &format!("book/src/boot.md:{line}:"),
            "no part named #nothing",
        ],
    );
}

#[test]
fn html_that_mdbook_warns_of() {
    assert_says(
        &wrong(&format!("{BOOT}\n<div>\n\ntext\n")),
        &["mdBook warns", "div"],
    );
}

#[test]
fn a_contract_that_names_no_section() {
    let mut fixture = Fixture::new(BOOT, SERIAL);
    fixture.stages.chapters[0].sections.push("boot-9".into());
    let messages: Vec<_> = problems(fixture.check())
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_says(
        &messages,
        &["book/src/boot.md:1:", "names the section boot-9"],
    );
}
