//! How a student's output becomes an edit, one module per codec.

pub(crate) mod slots;
