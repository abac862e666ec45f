//! A workbook of errors is mended, or the file that it is of: once a newer version of that file is imported, what the workbook
//! says is old.

use super::batch::Prepared;
use super::lookups::ImportContext;
use crate::app::AppError;
use crate::domain::terms::Term as _;
use crate::intake::fault::FileFault;
use crate::intake::kind::Kind;
use crate::intake::origin::Origin;

/// A file of this call that was read before: kind, name and hash.
pub(super) type Version = (Kind, String, String);

impl Prepared {
    /// What tells a version of a file from others.
    pub(super) fn version(&self) -> Version {
        (self.parsed.kind, self.source.name.clone(), self.source.sha256.clone())
    }
}

/// The fault of a workbook of errors whose file was imported anew, in this call or since the workbook was written.
pub(super) async fn newer_imported(
    context: &ImportContext<'_>,
    prepared: &Prepared,
    Origin { file: original, code }: &Origin,
    of_call: &[Version],
) -> Result<Option<FileFault>, AppError> {
    let kind = prepared.parsed.kind;
    let is_newer = |name: &str, sha256: &str| name == original && !sha256.starts_with(code.as_str());
    let mut is_old = of_call.iter().any(|(of_kind, name, sha256)| *of_kind == kind && is_newer(name, sha256));
    let mut batches = context.app.visible_batches(context.caller).await?;
    batches.retain(|batch| batch.kind == kind.code() && batch.state != "undone");
    // The latest stand first.
    if let Some(at) = batches.iter().position(|batch| batch.file_sha256.starts_with(code.as_str())) {
        batches.truncate(at);
        let names = context.app.names(&batches.iter().map(|batch| batch.batch.0).collect::<Vec<_>>()).await?;
        is_old |= batches
            .iter()
            .any(|batch| names.get(&batch.batch.0).is_some_and(|name| is_newer(name, &batch.file_sha256)));
    }
    let (file, original) = (prepared.source.name.clone(), original.clone());
    Ok(is_old.then_some(FileFault::NewerImported { file, original }))
}
