//! Working tables: what is kept while it is of use, and of which nothing is proved.

use super::{Storage, Table, TableColumn, Writing};

/// Who is signed in.
pub static SESSION: Table = Table {
    name: "session",
    columns: &[
        TableColumn::text("account"),
        TableColumn::text("id"),
        TableColumn::text("digest"),
        TableColumn::int("created_at"),
        TableColumn::int("seen_at"),
        TableColumn::int("confirmed_at"),
        TableColumn::int("ends_at"),
        TableColumn::text("agent"),
        TableColumn::text("address"),
        TableColumn::text("in_place_of").or_null(),
    ],
    key_len: 2,
    writing: Writing::Upsert,
    storage: Storage::Migrated,
};

/// The last sign-ins that failed.
pub static FAILED_SIGN_IN: Table = Table {
    name: "failed_sign_in",
    columns: &[
        TableColumn::int("slot"),
        TableColumn::int("failed_at"),
        TableColumn::text("account").or_null(),
        TableColumn::text("address"),
    ],
    key_len: 1,
    writing: Writing::Upsert,
    storage: Storage::Migrated,
};

/// How the owner of an account likes the pages.
pub static PREFERENCE: Table = Table {
    name: "preference",
    columns: &[
        TableColumn::text("account"),
        TableColumn::text("language").or_null(),
        TableColumn::text("colours").or_null(),
        TableColumn::text("keys").or_null(),
    ],
    key_len: 1,
    writing: Writing::Upsert,
    storage: Storage::Migrated,
};

/// Up to where the owner of an account has seen what others recorded.
pub static LOOK: Table = Table {
    name: "look",
    columns: &[
        TableColumn::text("account"),
        TableColumn::int("since_position"),
        TableColumn::int("since_at"),
        TableColumn::int("seen_position"),
        TableColumn::int("seen_at"),
    ],
    key_len: 1,
    writing: Writing::Upsert,
    storage: Storage::Migrated,
};

/// What somebody typed and has not ordered yet: whose, id, when it was kept and until when, sealed bytes.
pub static DRAFT: Table = Table {
    name: "draft",
    columns: &[
        TableColumn::text("account"),
        TableColumn::text("id"),
        TableColumn::int("kept_at"),
        TableColumn::int("ends_at"),
        TableColumn::blob("sealed"),
    ],
    key_len: 2,
    writing: Writing::Upsert,
    storage: Storage::Migrated,
};

/// Messages that are due or were sent: to whom, which, since when, and how far that has come. No word of one is in it.
pub static OUTBOX: Table = Table {
    name: "outbox",
    columns: &[
        TableColumn::text("recipient"),
        TableColumn::text("id"),
        TableColumn::text("kind"),
        TableColumn::int("fact"),
        TableColumn::int("since"),
        TableColumn::int("since_day"),
        TableColumn::int("due_at"),
        TableColumn::int("next_at"),
        TableColumn::int("ends_at"),
        TableColumn::text("state"),
        TableColumn::int("tries"),
        TableColumn::int("doubts"),
        TableColumn::int("address"),
        TableColumn::text("told").or_null(),
    ],
    key_len: 2,
    writing: Writing::Once,
    storage: Storage::Migrated,
};

/// How far the log was followed to find what is due, and the day of the last digest.
pub static OUTBOX_MARK: Table = Table {
    name: "outbox_mark",
    columns: &[TableColumn::text("name"), TableColumn::int("position"), TableColumn::int("day")],
    key_len: 1,
    writing: Writing::Once,
    storage: Storage::Migrated,
};

/// What is kept while it is of use, and of which nothing is proved.
pub static WORKING: [&Table; 7] = [&SESSION, &FAILED_SIGN_IN, &PREFERENCE, &LOOK, &DRAFT, &OUTBOX, &OUTBOX_MARK];
