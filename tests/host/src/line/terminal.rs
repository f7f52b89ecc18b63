//! One row of a terminal that knows a few sequences and obeys nothing else.

/// So many cells a row has. The last is never written.
pub const COLUMNS: usize = 80;

/// The row in which the cursor is.
pub struct Terminal {
    pub row: [char; COLUMNS],
    pub column: usize,
}

impl Terminal {
    pub fn new() -> Self {
        Self {
            row: [' '; COLUMNS],
            column: 0,
        }
    }

    /// What is in the row, without the blanks at its end.
    pub fn text(&self) -> String {
        String::from_iter(self.row).trim_end().to_owned()
    }

    pub fn show(&mut self, text: &str) {
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            match character {
                '\x1b' => self.sequence(&mut characters),
                '\x08' => self.move_by(-1),
                '\r' => self.column = 0,
                '\n' => *self = Self::new(),
                '\x07' => {}
                _ => self.character(character),
            }
        }
    }

    fn character(&mut self, character: char) {
        assert!(!character.is_control(), "{character:?}");
        assert!(self.column < COLUMNS - 1, "writes into the last column");
        self.row[self.column] = character;
        self.column += 1;
    }

    fn sequence(&mut self, characters: &mut impl Iterator<Item = char>) {
        assert_eq!(characters.next(), Some('['));
        let mut number = String::new();
        let last = loop {
            match characters.next().expect("the sequence is whole") {
                digit @ '0'..='9' => number.push(digit),
                last => break last,
            }
        };
        let count = || number.parse::<isize>().expect("a number comes first");
        match last {
            'C' => self.move_by(count()),
            'D' => self.move_by(-count()),
            'H' if number.is_empty() => self.column = 0,
            'J' if number == "2" => self.row.fill(' '),
            'K' if number.is_empty() => self.row[self.column..].fill(' '),
            _ => panic!("unknown: CSI {number} {last}"),
        }
    }

    fn move_by(&mut self, count: isize) {
        let column = self.column.checked_add_signed(count);
        let inside = column.filter(|column| count != 0 && *column < COLUMNS);
        self.column = inside.expect("the cursor stays in the row");
    }
}
