//! What the operator is told.

use std::path::PathBuf;

use uuid::Uuid;

use super::{Sample, disk, of};
use crate::app::restore::RestoreError;
use crate::demo::DemoError;
use crate::event_log::copy::CopyError;
use crate::event_log::fault::LogFault;
use crate::event_log::scrub::ScrubError;
use crate::event_log::verify::VerifyFault;
use crate::event_log::{EngineError, OpenError};
use crate::intake::fault::CellFault;
use crate::ledger::LedgerError;
use crate::people::KeyFileError;
use crate::people::key_export::KeyExportError;
use crate::sample::SampleError;

const ID: Uuid = Uuid::from_u128(1);

fn given() -> String {
    "x".to_owned()
}

fn path() -> PathBuf {
    PathBuf::from("data/gradtrail.db")
}

/// What the operator is told.
pub(super) fn operation() -> Vec<Sample> {
    vec![
        of("database.sqlite", OpenError::Sqlite { path: path(), reason: disk() }),
        of("database.wide", OpenError::Wide { path: path(), reason: given() }),
        of("database.postgres", OpenError::Postgres(disk())),
        of("database.migrate", OpenError::Migrate(given())),
        of("database.older", OpenError::Older),
        of("database.newer", OpenError::Newer),
        of("database.url", OpenError::Url),
        of("engine.rebuild_overtaken", LogFault::RebuildOvertaken),
        of("engine.not_foldable", LogFault::NotFoldable { position: 3, reason: given() }),
        of("engine.unexplained", LogFault::Unexplained { student: ID }),
        of("engine.frontier", LogFault::Frontier),
        of("engine.leaf_broken", LogFault::LeafBroken),
        of("engine.sqlite_too_old", LogFault::SqliteTooOld { version: given() }),
        of("engine.unexpected", LogFault::Unexpected { what: given() }),
        of("copy.not_empty", CopyError::NotEmpty(3)),
        of("copy.used", CopyError::Used),
        of("copy.corrupt", CopyError::Corrupt(3)),
        of("copy.foreign", CopyError::Foreign),
        of("copy.older", CopyError::Older),
        of("copy.newer", CopyError::Newer),
        of("copy.file", CopyError::File { file: path(), reason: given() }),
        of("scrub.busy", ScrubError::Busy),
        of("scrub.sql", ScrubError::Sql(sqlx::Error::RowNotFound)),
        of("scrub.may_not_checkpoint", ScrubError::MayNotCheckpoint),
        of("verify.missing", VerifyFault::Missing(3)),
        of("verify.unreadable", VerifyFault::Unreadable { position: 3, reason: given() }),
        of("verify.leaf", VerifyFault::Leaf(3)),
        of("verify.stream_version", VerifyFault::StreamVersion { position: 3, stream: given(), expected: 3, found: 3 }),
        of("verify.recorded_at", VerifyFault::RecordedAt(3)),
        of("verify.before_first", VerifyFault::BeforeFirst(3)),
        of("verify.head_instant", VerifyFault::HeadInstant { position: 3, expected: 3, found: 3 }),
        of("verify.root", VerifyFault::Root { position: 3, computed: given(), found: given() }),
        of("verify.beyond_head", VerifyFault::BeyondHead(3)),
        of("verify.truncated", VerifyFault::Truncated { head: 3, noted: 3 }),
        of("verify.rewritten", VerifyFault::Rewritten { position: 3, computed: given(), noted: given() }),
        of("verify.read_model", VerifyFault::ReadModel { model: "x", table: "x", key: given() }),
        of("verify.stalled", VerifyFault::Stalled { model: given(), position: 3, reason: given() }),
        of("verify.foreign", VerifyFault::Foreign(given())),
        of("key_file.missing", KeyFileError::Missing { path: path(), key_id: given() }),
        of("key_file.foreign", KeyFileError::Foreign { path: path(), key_id: given() }),
        of("key_file.damaged", KeyFileError::Damaged { path: path() }),
        of("key_file.half_made", KeyFileError::HalfMade { path: path() }),
        of("key_file.wide", KeyFileError::Wide { path: path() }),
        of("key_file.taken", KeyFileError::Taken { path: path(), key_id: given() }),
        of("key_file.io", KeyFileError::Io { path: path(), reason: given() }),
        of("key_export.short", KeyExportError::Short),
        of("key_export.wrong", KeyExportError::Wrong),
        of("key_export.foreign", KeyExportError::Foreign),
        of("key_export.seal", KeyExportError::Seal(given())),
        of("ledger.unusable", LedgerError::Unusable { path: path(), reason: given() }),
        of("ledger.line_unreadable", LedgerError::LineUnreadable { path: path(), line: 3, reason: given() }),
        of("restore.no_ledger", RestoreError::NoLedger(path().into())),
        of("restore.no_installation", RestoreError::NoInstallation),
        of("sample.scale", SampleError::Scale(3)),
        of("sample.season_scale", SampleError::SeasonScale(3)),
        of("sample.write", SampleError::Write { path: path(), source: std::io::ErrorKind::StorageFull.into() }),
        of("sample.xlsx", SampleError::Xlsx(rust_xlsxwriter::XlsxError::RowColumnLimitError)),
        of("sample.csv", SampleError::Csv(csv::Error::from(std::io::Error::from(std::io::ErrorKind::StorageFull)))),
        of("sample.xls", SampleError::Xls(std::io::ErrorKind::StorageFull.into())),
        of("demo.placed_already", DemoError::PlacedAlready),
        of(
            "demo.rejected",
            DemoError::Rejected { file: path(), rejected: 3, row: 3, first: vec![CellFault::BecameDay.into()] },
        ),
        of("event.undecodable", EngineError::Undecodable { position: 3, kind: given(), reason: given() }),
    ]
}
