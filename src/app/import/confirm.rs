//! What rows say that is so already is kept on the batch, in pages: it keeps its say when what it confirms is undone.

use std::collections::BTreeMap;

use serde_json::json;

use super::chunk::Chunk;
use super::lines::Group;
use super::lookups::ImportContext;
use crate::app::AppError;
use crate::app::request::{Order, Request};
use crate::domain::ids::SchoolCode;
use crate::domain::import::{Confirmed, ImportCommand};
use crate::event_log::request::AppendError;

/// Persons whose rows are confirmed by one event.
const PAGE_LEN: usize = 500;

impl Chunk<'_> {
    /// Records what groups confirm, in pages of one school each. Gives the places of those that another process changed
    /// meanwhile: they are to be understood anew.
    pub(super) async fn confirm(
        &self,
        context: &mut ImportContext<'_>,
        confirmed: &[(usize, &Group<'_>, Confirmed)],
        kept: &mut Vec<Request>,
    ) -> Result<Vec<usize>, AppError> {
        let mut by_school: BTreeMap<&SchoolCode, Vec<&(usize, &Group<'_>, Confirmed)>> = BTreeMap::new();
        for of in confirmed {
            if let Some(school) = &of.1.school {
                by_school.entry(school).or_default().push(of);
            }
        }
        let mut stale = vec![];
        for page in by_school.values().flat_map(|of_school| of_school.chunks(PAGE_LEN)) {
            let request = self.page(context, page);
            if context.app.is_rehearsal() {
                kept.push(request);
                continue;
            }
            match context.app.execute(context.caller, request).await {
                Ok(_) => (),
                Err(AppError::Append(AppendError::Stale)) => stale.extend(page.iter().map(|(at, _, _)| *at)),
                Err(error) => return Err(error),
            }
        }
        Ok(stale)
    }

    fn page(&self, context: &ImportContext<'_>, page: &[&(usize, &Group<'_>, Confirmed)]) -> Request {
        let rows: Vec<Confirmed> = page.iter().map(|(_, _, confirmed)| confirmed.clone()).collect();
        let asked = json!(rows).to_string();
        let name = context.app.people().command_fingerprint(asked.as_bytes());
        let name: String = name.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        let command = ImportCommand::Confirm { rows, effective_on: context.app.today() };
        let order = Order::Import { id: self.batch.id, school: self.batch.school.clone(), command };
        let mut request = Request::new(format!("import:{}:confirmed:{name}", self.batch.id), asked, vec![order]);
        request.causation = Some(self.batch.id.to_string());
        request
    }
}
