//! Firmware's tables: what is sound is read as it stands, and nothing else does harm.

mod aml;
mod build;
mod corpus; // [never]
mod decoded;
mod harmless;
mod listed;
mod machines; // [never]
mod memory;
mod mend;
mod referee;
mod refused;
mod regions;
mod root;
mod scarce;
mod tour;

use proptest::prelude::*;

fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}
