//! What sends mail: `letter` what a message says, `smtp` the mail server, `post` where letters go, `sending` who takes what is due
//! and settles it, `bounce` what mail servers send back.
//!
//! Invariants: nothing is sent that is not kept as due; a message is marked before its content leaves, so that a process that is
//! killed loses nothing, and sends nothing twice but what it says may have been; no letter names a student.

pub mod bounce;
pub mod letter;
pub mod post;
pub mod sending;
pub mod smtp;
