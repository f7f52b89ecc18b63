//! What holds for every course, on random ones.

use proptest::collection::vec;
use proptest::prelude::*;
use tempfile::TempDir;
use weave::{Lines, Tree};

use crate::files_on_disk::listing;
use crate::fixture::{Fixture, MANIFEST, text};

/// The points of the fixture's course, by their place in the order.
const POINTS: [&str; 5] = ["boot.1", "boot.2", "boot.3", "serial.1", "serial.2"];

/// A line of a file: what it says and at which points it is there.
#[derive(Clone, Debug)]
struct Piece {
    shape: Shape,
    /// Place of the first point; of an old line together with the one that ends it.
    from: usize,
    until: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    Plain,
    Trailing,
    Item,
    Run,
    Old,
}

fn piece() -> impl Strategy<Value = Piece> {
    let shape = prop_oneof![
        Just(Shape::Plain),
        Just(Shape::Trailing),
        Just(Shape::Item),
        Just(Shape::Run),
        Just(Shape::Old)
    ];
    (shape, 1..5_usize, 0..4_usize, 1..5_usize).prop_map(|(shape, from, old, length)| match shape {
        Shape::Plain => Piece {
            shape,
            from: 0,
            until: 5,
        },
        Shape::Old => Piece {
            shape,
            from: old,
            until: (old + length).min(4),
        },
        _ => Piece {
            shape,
            from,
            until: 5,
        },
    })
}

/// A random file: functions of random statements.
fn file() -> impl Strategy<Value = Vec<(Piece, Vec<Piece>)>> {
    vec((piece(), vec(piece(), 1..6)), 1..6)
}

/// An annotated file and, for each point, the lines that are to be left of it.
struct Model {
    annotated: String,
    plain: String,
    left: Vec<Vec<String>>,
    /// Old lines in a row so far.
    olds: usize,
}

impl Model {
    fn new(head: &str) -> Self {
        Self {
            annotated: head.to_string(),
            plain: String::new(),
            left: vec![Vec::new(); POINTS.len()],
            olds: 0,
        }
    }

    /// One line with its mark; `comment` is how comments begin, `item` whether item marks are understood.
    fn push(&mut self, line: &str, piece: &Piece, holder: usize, comment: &str, item: bool) {
        let indent = &line[..line.len() - line.trim_start().len()];
        let bare = line.trim_start();
        let later = piece.from > holder;
        let name = POINTS[piece.from.min(4)];
        self.olds = if piece.shape == Shape::Old {
            self.olds + 1
        } else {
            0
        };
        let (from, until) = match piece.shape {
            Shape::Old if self.olds > 3 || piece.from < holder => return,
            Shape::Old => (piece.from, piece.until),
            _ if !later => (holder, 5),
            _ => (piece.from, 5),
        };
        self.annotated += &match piece.shape {
            Shape::Old => format!(
                "{indent}{comment} [{}..{}] {bare}\n",
                POINTS[from], POINTS[until]
            ),
            Shape::Trailing if later => format!("{line} {comment} [{name}]\n"),
            Shape::Item if later && item => format!("{indent}{comment} [{name}]\n{line}\n"),
            Shape::Run | Shape::Item if later => {
                format!("{indent}{comment} [{name}..]\n{line}\n{indent}{comment} [..{name}]\n")
            }
            _ => format!("{line}\n"),
        };
        if until == 5 {
            self.plain += &format!("{line}\n");
        }
        self.leave(line, from, until);
    }

    fn leave(&mut self, line: &str, from: usize, until: usize) {
        self.left[from..until]
            .iter_mut()
            .for_each(|lines| lines.push(line.to_string()));
    }

    fn raw(&mut self, line: &str, from: usize) {
        self.olds = 0;
        self.annotated += &format!("{line}\n");
        self.plain += &format!("{line}\n");
        if !line.is_empty() {
            self.leave(line, from, 5);
        }
    }
}

/// A file of functions. The first five are there so that each step changes something.
fn rust(functions: &[(Piece, Vec<Piece>)]) -> Model {
    let mut model = Model::new("// [boot]\n\n");
    let fixed = (0..5).map(|from| {
        (
            Piece {
                shape: Shape::Item,
                from,
                until: 5,
            },
            Vec::new(),
        )
    });
    for (index, (piece, body)) in fixed.chain(functions.iter().cloned()).enumerate() {
        if index > 0 {
            model.raw("", 0);
        }
        let marked = matches!(piece.shape, Shape::Item | Shape::Trailing) && piece.from > 0;
        let holder = if marked { piece.from } else { 0 };
        if marked {
            model.annotated += &format!("// [{}]\n", POINTS[holder]);
        }
        model.raw("/// Docs.", holder);
        model.raw(&format!("fn f{index}() {{"), holder);
        model.raw(&format!("    let _ = {index};"), holder);
        for (number, piece) in body.iter().enumerate() {
            model.push(
                &format!("    let _ = ({index}, {number});"),
                piece,
                holder,
                "//",
                true,
            );
        }
        model.raw("}", holder);
    }
    model
}

fn manifest(keys: &[Piece]) -> Model {
    let mut model = Model::new("# [boot]\n\n");
    for line in MANIFEST
        .lines()
        .skip(2)
        .chain(["", "[package.metadata.cairn]"])
    {
        model.raw(line, 0);
    }
    for (number, piece) in keys.iter().enumerate() {
        model.push(
            &format!("key{number} = \"# [boot.{number}]\""),
            piece,
            0,
            "#",
            false,
        );
    }
    model
}

/// The lines of a tree's file that are not blank.
fn lines<'a>(tree: &'a Tree, path: &str) -> Vec<&'a str> {
    text(tree, path)
        .lines()
        .filter(|line| !line.is_empty())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_tree_is_what_its_marks_say(functions in file(), keys in vec(piece(), 0..8)) {
        let (main, manifest) = (rust(&functions), manifest(&keys));
        let fixture = Fixture::new().without("src/screen.rs").without("src/serial.rs")
            .file("src/main.rs", &main.annotated)
            .file("Cargo.toml", &manifest.annotated);
        let course = fixture.load();
        for (point, name) in course.points().into_iter().enumerate() {
            let kept = course.weave(name, Lines::Kept).expect("a tree");
            prop_assert_eq!(lines(&kept, "src/main.rs"), main.left[point].iter().map(String::as_str).collect::<Vec<_>>());
            prop_assert_eq!(lines(&kept, "Cargo.toml"), manifest.left[point].iter().map(String::as_str).collect::<Vec<_>>());
            prop_assert_eq!(text(&kept, "src/main.rs").lines().count(), main.annotated.lines().count());
            for (kept, line) in text(&kept, "src/main.rs").lines().zip(main.annotated.lines()) {
                prop_assert!(kept.is_empty() || line.contains(kept.trim()));
            }
        }
    }

    #[test]
    fn the_last_step_is_the_source_without_marks(functions in file(), keys in vec(piece(), 0..8)) {
        let (main, manifest) = (rust(&functions), manifest(&keys));
        let fixture = Fixture::new().without("src/screen.rs").without("src/serial.rs")
            .file("src/main.rs", &main.annotated)
            .file("Cargo.toml", &manifest.annotated);
        let tree = fixture.weave("serial.2");
        prop_assert_eq!(text(&tree, "src/main.rs"), main.plain);
        prop_assert_eq!(text(&tree, "Cargo.toml"), manifest.plain);
        prop_assert_eq!(tree.written().files().len(), 2);
        let dir = TempDir::new().expect("a folder");
        tree.write(dir.path()).expect("written");
        let before = listing(dir.path());
        let written = fixture.weave("serial.2").write(dir.path()).expect("written");
        prop_assert!(written.changed.is_empty());
        prop_assert_eq!(listing(dir.path()), before);
    }
}
