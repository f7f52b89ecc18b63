//! Screens: a grid of cells, each with one character.

pub mod code_page;
pub mod escape; // [monitor.2]
pub mod framebuffer; // [screen.3]
pub mod terminal; // [screen.2]

/// A column and a row of a grid, both from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// From the left.
    pub column: usize,
    /// From the top.
    pub row: usize,
}

/// How many cells a grid has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Cells in a row.
    pub columns: usize,
    /// Cells in a column.
    pub rows: usize,
}

/// The sixteen colours of a PC's text mode, by their numbers there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "their names say it all")]
#[repr(u8)]
pub enum Colour {
    Black,
    Blue,
    Green,
    Cyan,
    Red,
    Magenta,
    Brown,
    LightGray,
    DarkGray,
    LightBlue,
    LightGreen,
    LightCyan,
    LightRed,
    Pink,
    Yellow,
    White,
}

/// The colours of a cell, as text mode has them in one byte: the character's in
/// the lower four bits, the background's above. The highest bit stays 0, since it
/// makes text blink on some screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colours(u8);

impl Colours {
    /// What text has unless somebody chooses other colours.
    pub const DEFAULT: Self = Self::new(Colour::LightGray, Colour::Black);

    /// Of the background, only the first eight colours can be had; the others
    /// lose their light.
    pub const fn new(character: Colour, background: Colour) -> Self {
        Self((background as u8 & 0b111) << 4 | character as u8)
    }

    /// The byte.
    pub const fn bits(self) -> u8 {
        self.0
    }
}

/// What one place of the grid shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The character.
    pub character: char,
    /// Its colours.
    pub colours: Colours,
}

impl Cell {
    /// What no screen ever shows. All its bytes are 0.
    pub const NOTHING: Self = Self {
        character: '\0',
        colours: Colours(0),
    };

    /// A cell without a character.
    pub const BLANK: Self = Self {
        character: ' ',
        colours: Colours::DEFAULT,
    };
}

/// Something that shows a grid of cells.
pub trait Display {
    /// How many cells it has.
    fn size(&self) -> Size;

    /// Shows the cell there. Outside the grid nothing is shown.
    fn draw(&mut self, at: Position, cell: Cell);

    /// Whether the screen's own memory has the cell there. That is what to ask
    /// whoever wants to know what a person sees.
    fn shows(&self, at: Position, cell: Cell) -> bool;

    // [screen.2..]
    /// Shows the cursor in the cell there.
    fn show_cursor(&mut self, at: Position, cell: Cell);

    /// Takes the cursor away from the cell there.
    fn hide_cursor(&mut self, at: Position, cell: Cell);
    // [..screen.2]
}
