//! What readers see: captions, pages, files of the site.

use crate::fixture::{BOOT, Fixture, SERIAL};
use book::Error;

/// The captions of a page, as they read.
fn captions(html: &str) -> Vec<String> {
    let html = scraper::Html::parse_document(html);
    let captions = scraper::Selector::parse("figure.listing figcaption").unwrap();
    let text = |element: scraper::ElementRef<'_>| element.text().collect::<String>();
    html.select(&captions)
        .map(|caption| {
            text(caption)
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect()
}

#[test]
fn captions_say_where_lines_go() {
    let site = Fixture::new(BOOT, SERIAL).build().unwrap();
    assert_eq!(
        captions(&site.pages[0].html),
        [
            "Cargo.toml new file (2 new lines)",
            "src/main.rs new file (13 new lines)",
            "kernel.ld new file (3 new lines)",
            "src/exit.rs new file (2 new lines)",
            "src/exit.rs at the beginning (9 new lines)",
            "src/main.rs before /// Where the loader jumps to.; after pub extern \"C\" fn start() -> ! { (3 new lines)",
            "src/main.rs instead of these 2 lines (7 new lines, 2 removed lines)",
            "kernel.ld after SECTIONS { (3 new lines)",
            "src/main.rs without these 3 lines; without these 8 lines (11 removed lines)",
            "kernel.ld remove this file (no lines)",
        ]
    );
    assert_eq!(
        captions(&site.pages[1].html),
        [
            "src/main.rs the whole file anew (10 new lines)",
            "src/exit.rs instead of /// Says so. (1 new line, 1 removed line)"
        ]
    );
}

#[test]
fn the_site_replaces_only_its_own_folder() {
    let fixture = Fixture::new(BOOT, SERIAL);
    let site = fixture.build().unwrap();
    assert!(site.folder.join("boot.html").exists());
    fixture.build().unwrap();
    fixture.write("elsewhere/precious.txt", "mine");
    let elsewhere = fixture.folder.path().join("elsewhere");
    let refused = book::site::build(fixture.folder.path(), &fixture.stages, &elsewhere);
    assert!(matches!(refused, Err(Error::NotOurs { .. })));
    assert!(elsewhere.join("precious.txt").exists());
}

#[test]
fn a_failed_build_keeps_the_old_site() {
    let fixture = Fixture::new(BOOT, SERIAL);
    let site = fixture.build().unwrap();
    fixture.write("book/src/boot.md", "{{#nonsense}}");
    assert!(fixture.build().is_err());
    assert!(site.folder.join("boot.html").exists());
}

#[test]
fn drawings_chapters_and_screenshots() {
    let mut fixture = Fixture::new(
        BOOT,
        &format!(
            "{{{{#chapters}}}}\n\n{{{{#figure box \"A box\"}}}}\n\n{SERIAL}{{{{#screenshot vga \"The log\"}}}}\n"
        ),
    );
    fixture.write(
        "book/src/figures/box.svg",
        "<svg viewBox=\"0 0 9 9\"><rect fill=\"currentColor\"/></svg>",
    );
    let start = "12345678....IHDR\0\0\u{2}\u{50}\0\0\u{1}\u{10}";
    fixture.write("chapters/02-serial/transcripts/vga.png", start);
    let header = crate::fixture::recording("serial.1", "cargo run").header;
    fixture.write(
        "chapters/02-serial/transcripts/vga.toml",
        &header.to_string(),
    );
    let table = "name = 'vga'\nstep = 'serial.1'\ncommand = 'cargo run'\nkind = 'screen'"
        .parse()
        .unwrap();
    fixture.stages.chapters[1].transcripts =
        vec![transcript::Declared::from_table(&table).unwrap()];
    fixture.check().unwrap();
    let html = std::fs::read_to_string(fixture.folder.path().join("target/book/deep/serial.html"))
        .unwrap();
    assert!(
        html.to_lowercase()
            .contains("<svg role=\"img\" aria-label=\"a box\" viewbox=\"0 0 9 9\""),
        "{html}"
    );
    assert!(html.contains("<a href=\"../boot.html\">Boot</a>"), "{html}");
    assert!(
        html.contains(
            "src=\"../screens/serial-vga.png\" alt=\"The log\" width=\"592\" height=\"272\""
        ),
        "{html}"
    );
    assert!(
        fixture
            .folder
            .path()
            .join("target/book/screens/serial-vga.png")
            .exists()
    );
}
