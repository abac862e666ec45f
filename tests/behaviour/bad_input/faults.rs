//! What breaks below the program: the disk, the database, the key.
use super::Office;
