//! Nacos 3.
