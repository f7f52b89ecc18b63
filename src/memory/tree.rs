//! A set of numbers, in which the lowest is found in a few looks, however many there are.
//!
//! There is a bit for each number, and a tree above: a bit is set there while any of 64
//! bits below is.

use core::mem;
use core::ops::Range;

/// Levels of the tree.
const LEVELS: usize = 5;

/// So many numbers can be told apart at most, from 0 on: 64⁵.
pub const MOST: u64 = 1 << (6 * LEVELS);

/// A set of numbers.
pub struct Tree<'a> {
    /// The bits: the first level has one for each number, the last is one word.
    levels: [&'a mut [u64]; LEVELS],
}

impl<'a> Tree<'a> {
    /// How many words the bits for so many numbers take, [`MOST`] at most.
    pub fn words(numbers: u64) -> u64 {
        lengths(numbers).iter().sum()
    }

    /// An empty set, with room for so many numbers. Its bits are in `words`, of which
    /// there are as many as [`words`](Self::words) says, or more.
    pub fn new(numbers: u64, mut words: &'a mut [u64]) -> Self {
        words.fill(0);
        let levels = lengths(numbers).map(|len| {
            let (level, rest) = mem::take(&mut words).split_at_mut(len as usize);
            words = rest;
            level
        });
        Self { levels }
    }

    /// The first number for which there is no bit: a multiple of 64.
    pub fn end(&self) -> u64 {
        self.levels[0].len() as u64 * 64
    }

    /// Whether this number is in the set.
    pub fn has(&self, number: u64) -> bool {
        let word = self.levels[0].get((number / 64) as usize);
        word.is_some_and(|word| word & bit(number) != 0)
    }

    /// Puts a number in. A word above learns of it only if this one was empty.
    pub fn insert(&mut self, number: u64) {
        let mut index = number;
        for level in &mut self.levels {
            let word = &mut level[(index / 64) as usize];
            let was_empty = *word == 0;
            *word |= bit(index);
            if !was_empty {
                break;
            }
            index /= 64;
        }
    }

    /// Takes a number out. A word above learns of it only if this one is empty now.
    pub fn remove(&mut self, number: u64) {
        let mut index = number;
        for level in &mut self.levels {
            let word = &mut level[(index / 64) as usize];
            *word &= !bit(index);
            if *word != 0 {
                break;
            }
            index /= 64;
        }
    }

    /// Puts numbers in that follow each other, below [`end`](Self::end). Says how many
    /// were not in the set.
    pub fn insert_all(&mut self, mut numbers: Range<u64>) -> u64 {
        if numbers.is_empty() {
            return 0;
        }
        let added = set_all(self.levels[0], numbers.clone());
        for level in &mut self.levels[1..] {
            numbers = numbers.start / 64..numbers.end.div_ceil(64);
            set_all(level, numbers.clone());
        }
        added
    }

    /// The first number from this one on that is in the set: up the tree until a word
    /// has one, then down again.
    pub fn next(&self, from: u64) -> Option<u64> {
        let mut index = from;
        for (height, level) in self.levels.iter().enumerate() {
            let word = level.get((index / 64) as usize)? & (!0 << (index % 64));
            if word != 0 {
                let start = index / 64 * 64 + u64::from(word.trailing_zeros());
                return Some(self.lowest_below(start, height));
            }
            index = index / 64 + 1;
        }
        None
    }

    /// The first number from this one on that is not in the set.
    pub fn next_absent(&self, from: u64) -> u64 {
        let mut index = from;
        while let Some(word) = self.levels[0].get((index / 64) as usize) {
            let present = u64::from((word >> (index % 64)).trailing_ones());
            index += present;
            if present == 0 || !index.is_multiple_of(64) {
                break;
            }
        }
        index
    }

    fn lowest_below(&self, index: u64, height: usize) -> u64 {
        let levels = self.levels[..height].iter().rev();
        levels.fold(index, |index, level| {
            index * 64 + u64::from(level[index as usize].trailing_zeros())
        })
    }
}

fn bit(index: u64) -> u64 {
    1 << (index % 64)
}

/// Sets these bits, and counts those that were not set.
fn set_all(level: &mut [u64], bits: Range<u64>) -> u64 {
    let first = bits.start / 64;
    let words = level[first as usize..]
        .iter_mut()
        .zip(first..bits.end.div_ceil(64));
    let added = words.map(|(word, index)| {
        let start = bits.start.saturating_sub(index * 64);
        let end = (bits.end - index * 64).min(64);
        let added = (!0 << start & !0 >> (64 - end)) & !*word;
        *word |= added;
        u64::from(added.count_ones())
    });
    added.sum()
}

/// The words of each level.
fn lengths(numbers: u64) -> [u64; LEVELS] {
    let mut bits = numbers;
    [(); LEVELS].map(|()| {
        bits = bits.div_ceil(64).max(1);
        bits
    })
}
