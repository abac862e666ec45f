//! Promise: whatever was said of a graduate, and whatever of it was undone, what counts on each day is what the rules
//! say when they are read as plainly as possible.
//! In reading order: `model` the rules, `drawn` what is said at random, `history` what was said as the domain recorded
//! it and as the model reads it, `real` what the domain answers, `random` the promises; `rosters` the same for what rosters
//! say. `cases` the table of what a row means, `preview` what a list is said to change before and after.

mod cases;
pub mod drawn;
pub mod history;
pub mod model;
mod preview;
mod random;
mod real;
mod rosters;
