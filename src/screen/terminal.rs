//! A terminal: text written to it appears on a display, line after line.

use core::fmt;

use super::escape::{Command, Parser}; // [monitor.2]
use super::{Cell, Colours, Display, Position, Size};

/// The distance of tab stops, in columns.
const TAB: usize = 8;

/// A terminal. It remembers what the display shows, so that the display never
/// has to be read, which is slow, and draws only what changes.
pub struct Terminal<D> {
    display: Option<D>,
    size: Size,
    /// Where the next character goes. Its column may be one too many: the line is
    /// full then, but does not end before another character comes.
    cursor: Position,
    colours: Colours,
    parser: Parser, // [monitor.2]
    cells: &'static mut [Cell],
}

impl<D: Display> Terminal<D> {
    /// A terminal without a display: what is written to it goes nowhere.
    pub const fn new() -> Self {
        Self {
            display: None,
            size: Size {
                columns: 0,
                rows: 0,
            },
            cursor: Position { column: 0, row: 0 },
            colours: Colours::DEFAULT,
            parser: Parser::new(), // [monitor.2]
            cells: &mut [],
        }
    }

    /// From now on text appears on this display, which is cleared. `cells` is what
    /// the terminal needs to remember; of a display that has more, it uses the upper
    /// rows. Returns how much it uses.
    pub fn attach(&mut self, display: D, cells: &'static mut [Cell]) -> Size {
        let Size { columns, rows } = display.size();
        self.size = Size {
            columns: columns.min(cells.len()),
            rows: rows.min(cells.len() / columns.max(1)),
        };
        self.display = Some(display);
        self.cells = cells;
        self.cells.fill(Cell::NOTHING);
        self.clear();
        self.size
    }

    /// The display.
    pub fn display(&self) -> Option<&D> {
        self.display.as_ref()
    }

    /// Text that comes next has these colours.
    pub fn set_colours(&mut self, colours: Colours) {
        self.colours = colours;
    }

    /// Where the next character goes.
    pub fn cursor(&self) -> Position {
        self.cursor
    }

    /// Empties the display.
    pub fn clear(&mut self) {
        if self.is_empty() {
            return;
        }
        for row in 0..self.size.rows {
            self.clear_row(row);
        }
        self.cursor = Position::default();
        self.show_cursor(true);
    }

    /// Whether there is no place for text.
    fn is_empty(&self) -> bool {
        self.size.columns == 0 || self.size.rows == 0
    }

    fn clear_row(&mut self, row: usize) {
        // [screen.2..monitor.2] for column in 0..self.size.columns {
        // [screen.2..monitor.2]     self.set(Position { column, row }, Cell::BLANK);
        // [screen.2..monitor.2] }
        self.clear_row_from(Position { column: 0, row }); // [monitor.2]
    }

    // [monitor.2]
    fn clear_row_from(&mut self, at: Position) {
        for column in at.column..self.size.columns {
            self.set(Position { column, ..at }, Cell::BLANK);
        }
    }

    // [monitor.2]
    fn obey(&mut self, command: Command) {
        let column = self.cursor.column;
        match command {
            Command::Character(character) => self.put(character),
            Command::Right(count) => self.cursor.column = self.last(column.saturating_add(count)),
            Command::Left(count) => self.cursor.column = self.last(column).saturating_sub(count),
            Command::Home => self.cursor = Position::default(),
            Command::EraseToEnd => self.clear_row_from(self.cursor),
            Command::EraseAll => (0..self.size.rows).for_each(|row| self.clear_row(row)),
        }
    }

    fn put(&mut self, character: char) {
        match character {
            '\n' => self.end_line(),
            '\r' => self.cursor.column = 0,
            '\t' => self.cursor.column = self.last((self.cursor.column / TAB + 1) * TAB),
            '\u{8}' => self.cursor.column = self.last(self.cursor.column).saturating_sub(1),
            control if control.is_control() => {}
            character => self.show(character),
        }
    }

    /// The column, or the last one if there are not so many.
    fn last(&self, column: usize) -> usize {
        column.min(self.size.columns - 1)
    }

    fn show(&mut self, character: char) {
        if self.cursor.column >= self.size.columns {
            self.end_line();
        }
        let colours = self.colours;
        self.set(self.cursor, Cell { character, colours });
        self.cursor.column += 1;
    }

    fn end_line(&mut self) {
        self.cursor.column = 0;
        if self.cursor.row + 1 < self.size.rows {
            self.cursor.row += 1;
        } else {
            self.scroll();
        }
    }

    /// Moves all rows up by one.
    fn scroll(&mut self) {
        let Size { columns, rows } = self.size;
        for row in 1..rows {
            for column in 0..columns {
                let cell = self.cells[row * columns + column];
                let row = row - 1;
                self.set(Position { column, row }, cell);
            }
        }
        self.clear_row(rows - 1);
    }

    fn set(&mut self, at: Position, cell: Cell) {
        let shown = &mut self.cells[at.row * self.size.columns + at.column];
        if *shown == cell {
            return;
        }
        *shown = cell;
        if let Some(display) = &mut self.display {
            display.draw(at, cell);
        }
    }

    fn show_cursor(&mut self, visible: bool) {
        let column = self.last(self.cursor.column);
        let at = Position {
            column,
            ..self.cursor
        };
        let cell = self.cells[at.row * self.size.columns + at.column];
        match &mut self.display {
            Some(display) if visible => display.show_cursor(at, cell),
            Some(display) => display.hide_cursor(at, cell),
            None => {}
        }
    }
}

impl<D: Display> Default for Terminal<D> {
    fn default() -> Self {
        Self::new()
    }
}

impl<D: Display> fmt::Write for Terminal<D> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.is_empty() {
            return Ok(());
        }
        self.show_cursor(false);
        // [screen.2..monitor.2] text.chars().for_each(|character| self.put(character));
        // [monitor.2..]
        for character in text.chars() {
            if let Some(command) = self.parser.feed(character) {
                self.obey(command);
            }
        }
        // [..monitor.2]
        self.show_cursor(true);
        Ok(())
    }
}
