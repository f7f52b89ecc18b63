//! The book tool on small courses.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod course;
mod drawn;
mod fixture;
mod robot;
mod site;
