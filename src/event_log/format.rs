//! Whether a database has the format of this program.
//!
//! Nothing is released yet: until then the one migration of each engine may change, and a database that another edition of
//! it made is refused instead of being carried along. It is looked at on a read-only connection, so that refusing it changes
//! nothing in it.

use sqlx::migrate::Migrator;
use sqlx::{AnyConnection, Connection, Row as _};

use super::fault::DatabaseFault;
use super::{Location, OpenError, POSTGRES_MIGRATIONS, SQLITE_MIGRATIONS};

/// What the migrations that a database has seen say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// It has seen none: it is empty, or no database of this program.
    None,
    /// It has this program's format, or a beginning of it that migrating completes.
    Ours,
    Older,
    /// It has this program's format and more.
    Newer,
}

/// The format of the database that `connection` leads to.
pub(super) async fn of(location: &Location, connection: &mut AnyConnection) -> Format {
    let sql = "select version, checksum from _sqlx_migrations order by version";
    let applied = match sqlx::query(sql).fetch_all(connection).await {
        Ok(rows) => rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect(),
        Err(error) => Err(error),
    };
    let known = match location {
        Location::Sqlite(_) => &SQLITE_MIGRATIONS,
        Location::Postgres(_) => &POSTGRES_MIGRATIONS,
    };
    // Where there is no such table nothing was migrated.
    applied.map_or(Format::None, |applied: Vec<(i64, Vec<u8>)>| compare(&applied, known))
}

/// Migrations applied, (version, checksum) oldest first, beside those of this program.
fn compare(applied: &[(i64, Vec<u8>)], known: &Migrator) -> Format {
    let mut rest = applied.iter();
    for migration in known.iter() {
        match rest.next() {
            None if applied.is_empty() => return Format::None,
            None => return Format::Ours,
            Some((version, checksum)) if *version == migration.version && *checksum == *migration.checksum => (),
            Some(_) => return Format::Older,
        }
    }
    if rest.next().is_none() { Format::Ours } else { Format::Newer }
}

/// Whether there is something at `location` that a question can be put to: a file, or a database with tables of this
/// program. Nothing is created. What cannot be reached is left to whoever opens it, who says why.
pub(super) async fn is_there(location: &Location) -> bool {
    if let Location::Sqlite(path) = location {
        return path.exists();
    }
    sqlx::any::install_default_drivers();
    match AnyConnection::connect(&location.copy_url()).await {
        Ok(mut connection) => of(location, &mut connection).await != Format::None,
        Err(_) => true,
    }
}

/// Refuses the database at `location` if another edition of this program made it. A file that cannot be read is left to
/// whoever opens it for writing, who says why.
///
/// # Errors
/// `OpenError::Older`, `OpenError::Newer`; `OpenError::Postgres` when there is no connection.
pub(super) async fn check(location: &Location) -> Result<(), OpenError> {
    if matches!(location, Location::Sqlite(path) if !path.exists()) {
        return Ok(());
    }
    sqlx::any::install_default_drivers();
    let mut connection = match (AnyConnection::connect(&location.copy_url()).await, location) {
        (Ok(connection), _) => connection,
        // It would keep the next one waiting just as long.
        (Err(error), Location::Postgres(_)) => return Err(OpenError::Postgres(DatabaseFault::of(&error))),
        (Err(_), Location::Sqlite(_)) => return Ok(()),
    };
    let format = of(location, &mut connection).await;
    let _only_read = connection.close().await;
    match format {
        Format::None | Format::Ours => Ok(()),
        Format::Older => Err(OpenError::Older),
        Format::Newer => Err(OpenError::Newer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_told_by_every_migration_and_its_bytes() {
        for known in [&SQLITE_MIGRATIONS, &POSTGRES_MIGRATIONS] {
            let ours: Vec<(i64, Vec<u8>)> = known.iter().map(|m| (m.version, m.checksum.to_vec())).collect();
            let other = |version| (version, vec![0; 48]);
            assert_eq!(compare(&[], known), Format::None);
            assert_eq!(compare(&ours, known), Format::Ours);
            assert_eq!(compare(&[ours.clone(), vec![other(2)]].concat(), known), Format::Newer);
            assert_eq!(compare(&[other(1)], known), Format::Older);
            assert_eq!(compare(&[1, 2, 3, 4, 5].map(other), known), Format::Older);
        }
    }
}
