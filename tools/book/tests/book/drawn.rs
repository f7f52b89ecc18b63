//! Recorded counts as tables and plots, memory maps and hostile machines on a page; and how each is refused.

use crate::fixture::{BOOT, Fixture, SERIAL, problems, recording};
use transcript::{Counts, Matrix, Results, Versions};

const COUNTS: [(&str, u64); 7] = [
    ("lock and unlock", 17),
    ("linked list 100", 140),
    ("linked list 1000", 1250),
    ("linked list 10000", 12_800),
    // A plot goes by the number, not by the program's order.
    ("size classes 10000", 96),
    ("size classes 100", 95),
    ("nothing 1", 0),
];

const PLOT: &str = "{{#plot linked list, size classes as \"instructions\" over \"live <objects>\" log-log \"Two lines\" \"Below\"}}";

/// A course whose first page goes on with these lines, and that has these counts.
fn fixture(more: &str, counts: &[(&str, u64)]) -> Fixture {
    let fixture = Fixture::new(&format!("{BOOT}\n{more}\n"), SERIAL);
    let counts = Counts {
        versions: Versions {
            qemu: "7.2.0".into(),
            firmware: "qboot.rom 0123".into(),
            rustc: "1.95.0".into(),
        },
        counts: counts
            .iter()
            .map(|(name, number)| ((*name).to_owned(), *number))
            .collect(),
    };
    fixture.write(Counts::PATH, &counts.to_string());
    fixture
}

/// The first page, rendered and checked.
fn page(fixture: &Fixture) -> scraper::Html {
    fixture.check().unwrap();
    let site = fixture.folder.path().join("target/book/boot.html");
    scraper::Html::parse_document(&std::fs::read_to_string(site).unwrap())
}

/// The texts of the elements that a selector finds.
fn texts(html: &scraper::Html, selector: &str) -> Vec<String> {
    let selector = scraper::Selector::parse(selector).unwrap();
    let text = |element: scraper::ElementRef<'_>| element.text().collect::<String>();
    html.select(&selector).map(text).collect()
}

#[track_caller]
fn refused(fixture: &Fixture, words: &[&str]) {
    let problems = problems(fixture.check());
    let message = problems[0].to_string();
    let line = BOOT.lines().count() + 2;
    let place = format!("book/src/boot.md:{line}: ");
    for word in words.iter().chain(&[&place[..]]) {
        assert!(message.contains(word), "no `{word}` in: {message}");
    }
    assert_eq!(problems.len(), 1, "{problems:?}");
}

#[test]
fn a_table_has_the_counts_whose_names_begin_so() {
    let cells = |directive: &str| {
        let html = page(&fixture(directive, &COUNTS));
        texts(&html, "figure.counts td")
    };
    let line = "{{#counts size classes, lock}}";
    let expected = [
        "lock and unlock",
        "17",
        "size classes 10000",
        "96",
        "size classes 100",
        "95",
    ];
    assert_eq!(cells(line), expected);
    assert_eq!(cells("{{#counts}}").len(), 2 * COUNTS.len());
}

#[test]
fn a_table_says_what_was_counted_with_what() {
    let html = page(&fixture("{{#counts lock as \"Bytes\"}}", &COUNTS));
    assert_eq!(texts(&html, "figure.counts th"), ["What", "Bytes"]);
    let caption = "Counted with QEMU 7.2.0, qboot.rom 0123 and rustc 1.95.0";
    assert_eq!(texts(&html, "figure.counts figcaption"), [caption]);
}

#[test]
fn a_name_of_no_count_gets_the_list_of_counts() {
    // `lo` is no whole word.
    for name in ["lo", "linked list 10", "page"] {
        let fixture = fixture(&format!("{{{{#counts lock, {name}}}}}"), &COUNTS);
        let unknown = format!("begins with `{name}`");
        refused(&fixture, &[&unknown, "linked list 1000, linked list 10000"]);
    }
}

#[test]
fn counts_that_cannot_be_read_are_refused() {
    let fixture = fixture("{{#counts}}", &COUNTS);
    fixture.write(Counts::PATH, "[counts]\nlock = many\n");
    refused(&fixture, &["counts.toml: ", "line 2: "]);
    fixture.write("book/src/boot.md", &format!("{BOOT}\n{PLOT}\n"));
    refused(&fixture, &["counts.toml: ", "line 2: "]);
    std::fs::remove_file(fixture.folder.path().join(Counts::PATH)).unwrap();
    refused(&fixture, &["counts.toml: ", "cargo xtask bench --accept"]);
}

#[test]
fn a_plot_has_a_line_for_each_series() {
    let html = page(&fixture(PLOT, &COUNTS));
    let lines = scraper::Selector::parse("figure.drawing svg > polyline").unwrap();
    let lines: Vec<_> = html
        .select(&lines)
        .map(|line| line.attr("points").unwrap())
        .collect();
    // Two decades across 454 units, from 100 to 10,000; upwards four across 284, from 10 to 100,000.
    let first = "76.0,234.6 303.0,167.1 530.0,95.4";
    let second = "76.0,246.6 530.0,246.3";
    assert_eq!(lines, [first, second]);
    let labels = texts(&html, "figure.drawing svg > text");
    for label in [
        "instructions",
        "live <objects>",
        "10\u{202f}000",
        "size classes",
    ] {
        assert!(labels.iter().any(|text| text == label), "{labels:?}");
    }
    assert_eq!(texts(&html, "figure.drawing figcaption"), ["Below"]);
}

#[test]
fn who_does_not_see_a_plot_hears_it() {
    let fixture = fixture(PLOT, &COUNTS);
    let html = page(&fixture);
    let svg = scraper::Selector::parse("figure.drawing svg").unwrap();
    let svg = html.select(&svg).next().unwrap();
    let [title, desc] = svg
        .attr("aria-labelledby")
        .unwrap()
        .split(' ')
        .collect::<Vec<_>>()[..]
    else {
        panic!("{:?}", svg.attr("aria-labelledby"))
    };
    assert_eq!(texts(&html, &format!("#{title}")), ["Two lines"]);
    let expected = "instructions over live <objects>, both logarithmic. linked list: 140 at 100, 1250 at 1000, 12800 at \
                    10000. size classes: 95 at 100, 96 at 10000.";
    assert_eq!(texts(&html, &format!("#{desc}")), [expected]);
    assert_eq!(svg.attr("role"), Some("img"));
}

#[test]
fn a_linear_plot_begins_at_zero() {
    let html = page(&fixture(&PLOT.replace(" log-log", ""), &COUNTS));
    let labels = texts(&html, "figure.drawing svg > text");
    assert_eq!(
        labels.iter().filter(|text| *text == "0").count(),
        2,
        "{labels:?}"
    );
}

#[test]
fn what_is_no_series_gets_the_list_of_series() {
    // One of them has one point only, one has no number at all, and one has more words.
    for name in ["nothing", "lock and unlock", "linked"] {
        let fixture = fixture(&PLOT.replace("size classes", name), &COUNTS);
        let unknown = format!("`{name}` is no series");
        refused(
            &fixture,
            &[&unknown, "the series are: linked list, size classes"],
        );
    }
}

#[test]
fn zero_has_no_place_on_logarithmic_axes() {
    let counts = [&COUNTS[..], &[("size classes 0", 5)]].concat();
    refused(
        &fixture(PLOT, &counts),
        &["`size classes` has a point at (0, 5)"],
    );
    let counts = [&COUNTS[..], &[("size classes 5", 0)]].concat();
    refused(
        &fixture(PLOT, &counts),
        &["`size classes` has a point at (5, 0)"],
    );
    fixture(&PLOT.replace(" log-log", ""), &counts)
        .check()
        .unwrap();
}

#[test]
fn a_plot_has_no_more_lines_than_colours() {
    let names = ["size classes"; 7].join(", ");
    let fixture = fixture(&PLOT.replace("size classes", &names), &COUNTS);
    refused(&fixture, &["at most 6 lines, not 8"]);
}

const MAP: &str = "{{#memory-map halt \"Where memory is\" \"To scale\"}}";

/// A course whose transcript lists these regions.
fn mapped(regions: &str) -> Fixture {
    let fixture = fixture(MAP, &[]);
    let mut recording = recording("boot.3", "cargo run");
    recording.text = format!("cairn> boot\nmemory:\n{regions}cairn> shutdown\n");
    let file = "chapters/01-boot/transcripts/halt.txt";
    fixture.write(file, &recording.to_string());
    fixture
}

const REGIONS: &str = "           0x0      0x80000        512 KiB  Usable
      0x100000     0x200000       1024 KiB  Usable
      0x200000     0x400000       2048 KiB  Bootloader
      0x400000    0x8000000     126976 KiB  Usable
    0xb0000000   0x100000000    1310720 KiB  UnknownBios(2)
";

#[test]
fn a_memory_map_is_to_scale() {
    let html = page(&mapped(REGIONS));
    let rectangles = scraper::Selector::parse("figure.drawing svg > rect").unwrap();
    let number = |element: scraper::ElementRef<'_>, name| {
        let text = element.attr(name).unwrap();
        text.parse::<f64>().unwrap()
    };
    let rectangles: Vec<_> = html
        .select(&rectangles)
        .map(|element| (number(element, "x"), number(element, "width")))
        .collect();
    // All 4 GiB, of which the first regions are slivers; then the first 16 MiB, of which the last region has no part.
    let expected = [
        (16.0, 688.0),
        (16.0, 1.5),
        (16.2, 1.5),
        (16.3, 1.5),
        (16.7, 20.8),
        (489.0, 215.0),
        (16.0, 688.0),
        (16.0, 21.5),
        (59.0, 43.0),
        (102.0, 86.0),
        (188.0, 516.0),
    ];
    assert_eq!(rectangles[..expected.len()], expected);
    let labels = texts(&html, "figure.drawing svg > text");
    for label in [
        "0 to 4 GiB",
        "0 to 16 MiB",
        "0x1000000",
        "0x400000",
        "Bootloader",
        "a gap",
    ] {
        assert!(labels.iter().any(|text| text == label), "{labels:?}");
    }
    let words = texts(&html, "figure.drawing desc").concat();
    assert!(
        words.contains("0x8000000 to 0xb0000000: a gap; "),
        "{words}"
    );
}

#[test]
fn a_memory_map_shows_its_transcript() {
    // Of two directives that show it, one is enough.
    let fixture = mapped(REGIONS);
    let page = format!("{BOOT}\n{MAP}\n").replace("{{#transcript halt}}\n", "");
    fixture.write("book/src/boot.md", &page);
    fixture.check().unwrap();
}

#[test]
fn a_transcript_without_memory_is_refused() {
    refused(&mapped(""), &["transcript halt lists no memory"]);
    let backwards = REGIONS.replace("0x80000 ", "0x0 ");
    refused(
        &mapped(&backwards),
        &["transcript halt: `0x0 ", "is no region"],
    );
    let fixture = mapped(REGIONS);
    fixture.write(
        "book/src/boot.md",
        &format!("{BOOT}\n{}\n", MAP.replace("halt", "moon")),
    );
    refused(&fixture, &["moon is not declared", "declared are: halt"]);
}

const MACHINES: &str = "
[[machine]]
name = 'small'
group = 'memory'
odd = 'little `RAM`'

[[machine]]
name = 'pc'
group = 'boards'
odd = 'a & b'
firmware = 'seabios'
";

const RESULTS: &str = "
qemu = '7.2.0'
firmware = ['qboot.rom 0123']

[[machine]]
name = 'small'
said = ['WARN  <x>', 'cairn: cannot boot: it is small']
ended = 'it stopped'

[[machine]]
name = 'pc'
said = []
ended = 'it ended'
";

fn with_machines(line: &str) -> Fixture {
    let fixture = fixture(line, &COUNTS);
    fixture.write(Matrix::PATH, MACHINES);
    fixture.write(Results::PATH, RESULTS);
    fixture
}

#[test]
fn machines_of_a_group_say_what_is_odd_and_what_is_recorded() {
    let html = page(&with_machines("{{#machines memory}}"));
    assert_eq!(
        texts(&html, "figure.machines td"),
        [
            "small",
            "little RAM",
            "WARN  <x>cairn: cannot boot: it is small",
            "it stopped"
        ]
    );
    assert_eq!(texts(&html, "figure.machines td code").len(), 4);
    assert_eq!(
        texts(&html, "figure.machines figcaption"),
        ["Recorded with QEMU 7.2.0, qboot.rom 0123"]
    );
    let html = page(&with_machines("{{#machines boards}}"));
    assert_eq!(
        texts(&html, "figure.machines td"),
        ["pc", "a & b", "nothing of it", "it ended"]
    );
}

#[test]
fn groups_are_summed_up() {
    let html = page(&with_machines("{{#machines}}"));
    let rows = [
        ["memory", "1", "0", "1"],
        ["boards", "1", "1", "0"],
        ["all", "2", "1", "1"],
    ];
    assert_eq!(texts(&html, "figure.machines td"), rows.concat());
}

#[test]
fn machines_that_cannot_be_shown_are_refused() {
    let unknown = with_machines("{{#machines moon}}");
    refused(&unknown, &["the group `moon`", "memory, boards"]);
    let fixture = with_machines("{{#machines memory}}");
    fixture.write(Results::PATH, "qemu = '7.2.0'\nfirmware = []\n");
    let accept = "cargo xtask test --hostile --accept";
    refused(&fixture, &["the machine small", accept]);
    fixture.write(Results::PATH, "qemu = 7\n");
    refused(&fixture, &["results.toml: line 1: "]);
    std::fs::remove_file(fixture.folder.path().join(Matrix::PATH)).unwrap();
    refused(&fixture, &["tests/hostile/machines.toml: "]);
}
