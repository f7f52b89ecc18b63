//! Whatever the files are and however they are cut into listings: who follows the page gets the woven tree.

use super::*;
use crate::page::{self, Context};
use crate::stages::{Chapter, Stage};
use std::path::Path;

/// A small generator, so that a failure is the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }

    /// Lines with many repetitions, indentations and blanks: hard to find one's place among.
    fn file(&mut self) -> Vec<String> {
        let lines = [
            "",
            "",
            "}",
            "    }",
            "fn a() {",
            "    x();",
            "    if y {",
            "        z(&'a \"<b>\");",
            "/// Doc.",
            "use q;",
        ];
        let most = if self.roll(3) == 0 { 40 } else { 14 };
        let count = 1 + self.roll(most);
        let mut file: Vec<String> = (0..count)
            .map(|_| lines[self.roll(lines.len())].to_owned())
            .collect();
        file.push(format!("end {}", self.roll(3)));
        file
    }

    /// The same file, edited here and there.
    fn edited(&mut self, file: &[String]) -> Vec<String> {
        let mut edited = Vec::new();
        let cut = self.roll(file.len())..self.roll(4 * file.len());
        for (index, line) in file.iter().enumerate() {
            if cut.contains(&index) {
                continue;
            }
            match self.roll(6) {
                0 => {}
                1 => edited.extend(self.file().into_iter().take(3)),
                2 => edited.extend([line.clone(), format!("    n{}();", self.roll(9))]),
                _ => edited.push(line.clone()),
            }
        }
        if edited.is_empty() {
            file.to_vec()
        } else {
            edited
        }
    }
}

fn stage(step: usize, file: &[String]) -> Stage {
    let text: String = file.iter().map(|line| format!("{line}\n")).collect();
    Stage {
        name: format!("boot.{step}"),
        chapter: 0,
        step,
        heading: "A step".into(),
        verdict: None,
        files: Files::from([("src/a.rs".to_owned(), text.into_bytes())]),
        given: Files::new(),
        hash: String::new(),
    }
}

/// A page that shows each version in pieces; pieces with nothing new in them are left out.
fn page(stages: &Stages, pieces: &[Vec<String>]) -> page::Expanded {
    let context = Context {
        stages,
        book: Path::new("book"),
        root: Path::new("."),
        pages: &[],
    };
    let mut text = String::new();
    for (step, pieces) in pieces.iter().enumerate() {
        text.push_str(&format!("{{{{#step boot.{}}}}}\n", step + 1));
        for piece in pieces {
            let longer = format!("{text}{piece}\n");
            let refused = page::expand(&context, "boot.md", &longer).problems;
            let is_refusal =
                |message: &str| message.starts_with("nothing of") || message.starts_with("no ");
            if !refused.iter().any(|problem| is_refusal(&problem.message)) {
                text = longer;
            }
        }
        text.push_str("{{#stop}}\n");
    }
    page::expand(&context, "boot.md", &text)
}

#[test]
fn any_files_in_any_pieces() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut cuts = 0;
    for round in 0..150 {
        let mut versions = vec![dice.file()];
        for _ in 0..2 {
            let next = dice.edited(versions.last().unwrap());
            versions.push(next);
        }
        let stages = Stages {
            chapters: vec![Chapter {
                number: 1,
                slug: "boot".into(),
                title: "Boot".into(),
                ends_with: String::new(),
                folder: "01-boot".into(),
                transcripts: Vec::new(),
                exercises: Vec::new(),
                sections: Vec::new(),
            }],
            stages: versions
                .iter()
                .enumerate()
                .map(|(index, file)| stage(index + 1, file))
                .collect(),
        };
        let piece = |dice: &mut Dice, file: &[String]| {
            let from = file[dice.roll(file.len())].trim().replace('"', "");
            let to = file[dice.roll(file.len())].trim().replace('"', "");
            if from.is_empty() || to.is_empty() || dice.roll(2) == 0 {
                None
            } else {
                Some(format!(
                    "{{{{#listing src/a.rs lines \"{from}\" to \"{to}\"}}}}"
                ))
            }
        };
        let pieces: Vec<Vec<String>> = versions
            .iter()
            .map(|file| {
                let mut pieces: Vec<String> =
                    (0..3).filter_map(|_| piece(&mut dice, file)).collect();
                pieces.push("{{#listing src/a.rs}}".to_owned());
                pieces
            })
            .collect();
        let expanded = page(&stages, &pieces);
        assert_eq!(expanded.problems, [], "round {round}");
        cuts += expanded.content.matches("line cut").count();
        let walk = walk(
            &stages,
            0,
            "boot.md",
            &format!("<main>{}</main>", expanded.content),
        );
        assert_eq!(
            (walk.problems.as_slice(), walk.stops),
            ([].as_slice(), 3),
            "round {round}\n{}",
            expanded.content
        );
    }
    assert!(cuts > 0, "no listing left lines out");
}
