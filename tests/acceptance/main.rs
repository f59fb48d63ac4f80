//! The user scenarios.
