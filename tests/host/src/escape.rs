//! Escape sequences, found in text.

use cairn::screen::escape::{Command, Parser};
use proptest::prelude::*;

fn commands(text: &str) -> Vec<Command> {
    let mut parser = Parser::new();
    text.chars()
        .filter_map(|character| parser.feed(character))
        .collect()
}

#[test]
fn sequences_are_commands() {
    let all = commands("a\u{1b}[3C\u{1b}[D\u{1b}[0D\u{1b}[H\u{1b}[K\u{1b}[2Jb");
    let expected = [
        Command::Character('a'),
        Command::Right(3),
        Command::Left(1),
        Command::Left(1),
        Command::Home,
        Command::EraseToEnd,
        Command::EraseAll,
        Command::Character('b'),
    ];
    assert_eq!(all, expected);
}

#[test]
fn what_is_not_known_is_left_out_as_a_whole() {
    let text = "\u{1b}[31;1mred\u{1b}[0m \u{1b}[?25l\u{1b}[J\u{1b}M\u{1b}[1\u{1b}[5C";
    let mut expected: Vec<_> = "red ".chars().map(Command::Character).collect();
    expected.push(Command::Right(5));
    assert_eq!(commands(text), expected);
    assert_eq!(
        commands("\u{1b}[99999999999999999999999C"),
        [Command::Right(usize::MAX)]
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever came before, a letter ends each sequence, and text is text again.
    #[test]
    fn text_comes_again(noise in "[\u{1b}\\[0-9;?A-Zé]{0,40}") {
        let text = format!("{noise}ZZstone");
        let stone: Vec<_> = "stone".chars().map(Command::Character).collect();
        prop_assert!(commands(&text).ends_with(&stone));
    }
}
