//! Completion: the names that begin with what was typed may all go on alike.

use super::common_beginning;

/// How a line can go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completion<'a> {
    /// No name begins so.
    Nothing,
    /// One name does. This is the rest of it, and a space is to follow.
    One(&'a str),
    /// Several names do. This is what all of them go on with, and it is not empty.
    Common(&'a str),
    /// Several names do, and differ from here on: they are the [`candidates`].
    Several,
}

/// How the first word of a line goes on, from what is `before` the cursor. Other
/// words are not completed.
pub fn complete<'a>(before: &str, names: impl IntoIterator<Item = &'a str>) -> Completion<'a> {
    let mut rests = rests(before, names);
    let Some(first) = rests.next() else {
        return Completion::Nothing;
    };
    let mut several = false;
    let common = rests.fold(first, |common, rest| {
        several = true;
        common_beginning(common, rest)
    });
    match (several, common) {
        (false, rest) => Completion::One(rest),
        (true, "") => Completion::Several,
        (true, rest) => Completion::Common(rest),
    }
}

/// The names that begin with what is `before` the cursor. As no name has a space in
/// it, none does after the first word.
pub fn candidates<'a>(
    before: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> impl Iterator<Item = &'a str> {
    let word = before.trim_start();
    names.into_iter().filter(move |name| name.starts_with(word))
}

/// What the candidates go on with.
fn rests<'a>(
    before: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> impl Iterator<Item = &'a str> {
    let typed = before.trim_start().len();
    candidates(before, names).map(move |name| &name[typed..])
}
