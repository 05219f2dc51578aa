//! The README's blocks are run as they stand.
