//! Who wants to know how far something long has come.

/// Is told how far an import or a stack of scans is: the file, and how many of its rows or pages are done of all.
pub type Watch<'a> = &'a mut (dyn FnMut(&str, usize, usize) + Send);
