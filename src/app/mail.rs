//! Mail to staff: what is due, to whom, and how far that has come. `due` what facts and days make due, `message` a message
//! as it is kept, `keeping` how messages are planned, taken and settled, `digest` what a daily digest says, `address` where an
//! account is written to, `listed` what is shown of it. The room `outbox` sends.
//!
//! Invariants: a message is due once per kind, recipient and fact; the mark up to which the log was followed moves forward in
//! the same transaction that keeps what became due. A message holds no word and no address: what it says and where it goes is
//! asked when it is sent, so that whoever has left, is erased or wants none by then gets none.

pub mod address;
pub mod digest;
pub mod due;
pub mod keeping;
pub mod listed;
pub mod message;
