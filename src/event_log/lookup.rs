//! Looking many keys up at once, in one text for both databases.

/// How many keys one look-up has at most. Fewer keys are padded to a power of two, so that few different statements
/// have to be prepared.
pub(crate) const LOOKUP_LEN: usize = 512;

pub(crate) fn padded_len(len: usize) -> usize {
    len.next_power_of_two()
}

/// The keys, followed by nulls up to a power of two.
pub(crate) fn padded<T>(keys: &[T]) -> impl Iterator<Item = Option<&T>> {
    keys.iter().map(Some).chain(std::iter::repeat_n(None, padded_len(keys.len()) - keys.len()))
}

/// `($first), ($first + 1), ...` for that many keys and their padding.
pub(crate) fn lookup_values(len: usize, first: usize) -> String {
    let tuples: Vec<String> = (first..first + padded_len(len)).map(|n| format!("(${n})")).collect();
    tuples.join(", ")
}
