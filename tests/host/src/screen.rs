//! The terminal on a display of ours, framebuffers of every layout, and the code page.

use std::fmt::Write;

use bootloader_api::info::{FrameBufferInfo, PixelFormat};
use cairn::reserved::Reserved;
use cairn::screen::code_page;
use cairn::screen::framebuffer::{Error, Framebuffer};
use cairn::screen::terminal::Terminal;
use cairn::screen::{Cell, Colour, Colours, Display, Position, Size};
use proptest::prelude::*;

/// A display that is a table of characters, and counts how often it is drawn to.
struct Table {
    rows: Vec<Vec<char>>,
    drawn: usize,
}

impl Table {
    fn new(columns: usize, rows: usize) -> Self {
        Self {
            rows: vec![vec!['#'; columns]; rows],
            drawn: 0,
        }
    }

    fn text(&self) -> Vec<String> {
        let rows = self.rows.iter().map(|row| row.iter().collect::<String>());
        rows.map(|row| row.trim_end().to_owned()).collect()
    }
}

impl Display for Table {
    fn size(&self) -> Size {
        Size {
            columns: self.rows[0].len(),
            rows: self.rows.len(),
        }
    }

    fn draw(&mut self, at: Position, cell: Cell) {
        self.rows[at.row][at.column] = cell.character;
        self.drawn += 1;
    }

    fn shows(&self, at: Position, cell: Cell) -> bool {
        self.rows[at.row][at.column] == cell.character
    }

    fn show_cursor(&mut self, at: Position, _: Cell) {
        assert!(at.row < self.rows.len() && at.column < self.rows[0].len());
    }

    fn hide_cursor(&mut self, at: Position, cell: Cell) {
        self.show_cursor(at, cell);
    }
}

fn terminal(columns: usize, rows: usize) -> Box<Terminal<Table>> {
    let mut terminal = Box::new(Terminal::new());
    let cells = vec![Cell::NOTHING; columns * rows];
    terminal.attach(Table::new(columns, rows), cells.leak());
    terminal
}

#[test]
#[should_panic(expected = "it is given away already")]
fn what_is_reserved_is_given_away_once() {
    static DATA: Reserved<u8> = Reserved::new(0);
    *DATA.take() += 1;
    _ = DATA.take();
}

/// What a screen of that size shows of a text.
fn screen(columns: usize, rows: usize, text: &str) -> Vec<String> {
    let mut terminal = terminal(columns, rows);
    terminal
        .write_str(text)
        .expect("a terminal takes every text");
    terminal.display().expect("it is attached").text()
}

#[test]
fn controls_move_and_lines_wrap() {
    assert_eq!(screen(10, 2, "ab\ncd"), ["ab", "cd"]);
    assert_eq!(screen(10, 2, "abc\rX"), ["Xbc", ""]);
    assert_eq!(screen(10, 2, "abc\u{8}X"), ["abX", ""]);
    assert_eq!(screen(10, 2, "\u{8}X"), ["X", ""]);
    assert_eq!(screen(4, 2, "abcd\u{8}X"), ["abXd", ""]);
    assert_eq!(screen(20, 1, "a\tb\tc"), ["a       b       c"]);
    assert_eq!(screen(10, 2, "\t\t\tX"), ["         X", ""]);
    assert_eq!(screen(4, 3, "abcdefgh"), ["abcd", "efgh", ""]);
    assert_eq!(
        screen(4, 3, "abcd\ne"),
        ["abcd", "e", ""],
        "a full line ends once"
    );
    assert_eq!(screen(4, 2, "1\n2\n3\n4"), ["3", "4"]);
    assert_eq!(screen(10, 1, "\u{7}a\u{1}b\u{0}c\u{85}"), ["abc"]);
}

#[test]
fn only_what_changes_is_drawn() {
    let mut terminal = terminal(80, 25);
    let drawn = |terminal: &Terminal<Table>| terminal.display().expect("it is attached").drawn;
    assert_eq!(drawn(&terminal), 80 * 25);
    for _ in 0..25 {
        terminal
            .write_str("always the same\n")
            .expect("a terminal takes every text");
    }
    let before = drawn(&terminal);
    terminal
        .write_str("always the same\n")
        .expect("a terminal takes every text");
    // The line itself, and its copy's removal from the last row.
    assert!(
        drawn(&terminal) - before <= 30,
        "{} cells",
        drawn(&terminal) - before
    );
}

#[test]
fn a_terminal_without_a_display_takes_text() {
    let mut terminal: Box<Terminal<Table>> = Box::new(Terminal::new());
    terminal
        .write_str("a\tb\nc\u{8}")
        .expect("a terminal takes every text");
    terminal.clear();
}

#[test]
fn the_code_page_has_each_character_once() {
    assert_eq!(code_page::encode('A'), b'A');
    assert_eq!(code_page::encode('é'), 0x82);
    assert_eq!(code_page::encode('─'), 0xc4);
    assert_eq!(code_page::encode('☃'), b'?');
    let all: Vec<u8> = (' '..='\u{ffff}').map(code_page::encode).collect();
    for code in (0x20..0x7f).chain(0x80..=0xff).filter(|code| *code != b'?') {
        assert_eq!(
            all.iter().filter(|other| **other == code).count(),
            1,
            "{code:#x}"
        );
    }
}

fn framebuffer(info: FrameBufferInfo) -> Result<Framebuffer, Error> {
    let memory = vec![0x77; info.byte_len].leak();
    Framebuffer::new(memory, info, Box::leak(Box::default()))
}

fn info(width: usize, height: usize, stride: usize, bytes_per_pixel: usize) -> FrameBufferInfo {
    FrameBufferInfo {
        byte_len: stride * height * bytes_per_pixel,
        width,
        height,
        pixel_format: PixelFormat::Rgb,
        bytes_per_pixel,
        stride,
    }
}

#[test]
fn absurd_framebuffers_are_refused() {
    let refusal = |info| framebuffer(info).err();
    assert_eq!(refusal(info(640, 480, 640, 0)), Some(Error::PixelSize(0)));
    assert_eq!(refusal(info(640, 480, 640, 5)), Some(Error::PixelSize(5)));
    assert_eq!(refusal(info(3, 480, 640, 4)), Some(Error::TooSmall(3, 480)));
    assert_eq!(refusal(info(640, 480, 2, 4)), Some(Error::TooSmall(2, 480)));
    let mut short = info(640, 480, 640, 4);
    short.byte_len -= 7;
    assert_eq!(refusal(short), Some(Error::TooShort(7)));
    let mut endless = info(640, 480, 640, 4);
    endless.height = usize::MAX;
    assert!(matches!(refusal(endless), Some(Error::TooShort(_))));
}

fn formats() -> impl Strategy<Value = PixelFormat> {
    let place = || prop::sample::select(vec![0_u8, 8, 16, 24]);
    prop_oneof![
        Just(PixelFormat::Rgb),
        Just(PixelFormat::Bgr),
        Just(PixelFormat::U8),
        (place(), place(), place()).prop_map(|(red_position, green_position, blue_position)| {
            PixelFormat::Unknown {
                red_position,
                green_position,
                blue_position,
            }
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the layout, a cell that is drawn is shown, and nothing outside of it changes.
    #[test]
    fn a_framebuffer_shows_what_is_drawn(
        (width, height) in (7..100_usize, 16..100_usize), padding in 0..20_usize,
        depth in 1..=4_usize, pixel_format in formats(),
        (column, row) in (0..14_usize, 0..6_usize), character in "[ -~é☃]",
    ) {
        let info = FrameBufferInfo { pixel_format, ..info(width, height, width + padding, depth) };
        // A colour that lies outside of the pixel is not seen.
        let bits = info.bytes_per_pixel as u8 * 8;
        if let PixelFormat::Unknown { red_position, .. } = pixel_format {
            prop_assume!(red_position < bits);
        }
        let mut screen = framebuffer(info).expect("the layout makes sense");
        let Size { columns, rows } = screen.size();
        let at = Position { column: column % columns, row: row % rows };
        let character = character.chars().next().expect("one was asked for");
        let cell = Cell { character, colours: Colours::new(Colour::White, Colour::LightGray) };
        prop_assert!(!screen.shows(at, cell));
        screen.draw(at, cell);
        prop_assert!(screen.shows(at, cell));
        screen.show_cursor(at, cell);
        screen.hide_cursor(at, cell);
        prop_assert!(screen.shows(at, cell));
        screen.draw(Position { column: columns, row: 0 }, cell);
        screen.draw(Position { column: 0, row: rows }, cell);
        let other = Position { column: (at.column + 1) % columns, row: at.row };
        prop_assert!(other == at || !screen.shows(other, cell));
    }

    /// Any text in any size: no character is lost but what scrolls out.
    #[test]
    fn text_ends_where_a_simple_model_says(
        columns in 1..12_usize, rows in 1..6_usize, text in "[a-z\n]{0,60}",
    ) {
        let mut lines = vec![String::new()];
        for character in text.chars() {
            let last = lines.last_mut().expect("there is always a line");
            match character {
                '\n' => lines.push(String::new()),
                other if last.len() == columns => lines.push(other.to_string()),
                other => last.push(other),
            }
        }
        let shown = &lines[lines.len().saturating_sub(rows)..];
        let mut shown = shown.to_vec();
        shown.resize(rows, String::new());
        prop_assert_eq!(screen(columns, rows, &text), shown);
    }
}
