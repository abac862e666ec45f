//! Files brought in, and a batch taken back.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use clap::Args;

use gradtrail::app::actions::Command;
use gradtrail::app::import::batch::{Imported, Recording};
use gradtrail::app::import::undo::UndoImport;
use gradtrail::app::import::{FileResult, ImportFiles};
use gradtrail::app::reply::Answer;
use gradtrail::domain::UndoReason;
use gradtrail::domain::import::RowCounts;
use gradtrail::domain::terms::Term;
use gradtrail::input::words;
use gradtrail::intake::error_workbook;
use gradtrail::intake::kind::Column;
use gradtrail::intake::rows::Fault;
use gradtrail::text::lang::{Lang, Sentence, number_of};

use super::list::ListOutput;
use super::output::Format;
use super::receipt::Printing;
use super::refused::not_all;
use super::{CliError, Session, receipt, screen};

/// Rejected rows printed per file; all of them are in the error workbook.
const PRINTED_MAX: usize = 50;

/// 导入 .xlsx、.xls、.csv 文件；好的行入库，坏的行列出原因并写成「错误」工作簿，改好可再导入
#[derive(Args)]
pub struct Import {
    /// 文件；一次可以多个，先后次序不限
    #[arg(required_unless_present = "undo")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    input: ImportFiles,
    /// 撤销一次导入（批次编号见 gradtrail imports）
    #[arg(long, value_name = "BATCH", requires = "reason", conflicts_with_all = ["paths", "check", "kind"])]
    undo: Option<String>,
    /// 撤销原因：wrong_file 传错文件、wrong_school 选错学校、entry_error 填报有误、duplicate 重复导入、other 其他
    #[arg(long, requires = "undo", value_parser = words::TermParser::<UndoReason>::new())]
    reason: Option<UndoReason>,
    /// 只撤销没有其他记录依赖的部分
    #[arg(long, requires = "undo")]
    rest: bool,
    #[command(flatten)]
    to: ListOutput,
}

impl Import {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        if let (Some(batch), Some(reason)) = (self.undo, self.reason) {
            return undo(session, UndoImport { batch, reason, rest: self.rest }).await;
        }
        let (lang, format) = (session.lang, self.to.format()?);
        let prints_json = self.to.out.is_none() && format == Format::Json;
        // A file that cannot be read does not keep the others out.
        let (mut files, mut failed) = (vec![], 0);
        for path in &self.paths {
            if is_left_by_a_program(path) {
                let path = path.display();
                screen::line(&lang.of(
                    format!("略过 {path}：这是表格软件打开文件时留下的，不是数据"),
                    format!("Passed over {path}: a spreadsheet left it beside an open file, it is no data"),
                ))?;
                continue;
            }
            match words::file(&path.display().to_string()) {
                Ok(file) => files.push(file),
                Err(why) => {
                    screen::line(why.sentence().in_lang(lang))?;
                    failed += 1;
                }
            }
        }
        if self.input.all_or_nothing && failed > 0 {
            return Err(not_imported(failed, lang));
        }
        let command = Command::Import(ImportFiles { files, ..self.input });
        let bar = screen::progress(lang.of("导入", "Importing"));
        let mut watch = |file: &str, done: usize, all: usize| {
            bar.set_message(file.to_owned());
            bar.set_length(all as u64);
            bar.set_position(done as u64);
        };
        let answer = session.app.run_watched(&session.caller, session.key.as_ref(), &command, &mut watch).await?;
        bar.finish_and_clear();
        let Answer::Imported(results) = answer else { return Ok(()) }; // Not what was ordered.
        let mut printing = Printing::new(lang);
        let mut printed = vec![];
        for result in results {
            let errors = error_workbook_of(&result, lang);
            failed += usize::from(!is_taken(&result));
            if !prints_json {
                print(&result, errors.as_ref(), lang)?;
                printing.file(&result)?;
            }
            printed.push((result, errors.and_then(Result::ok).map(|path| path.display().to_string())));
        }
        match &self.to.out {
            None if prints_json => screen::json(&receipt::json(&printed, lang))?,
            None => printing.end()?,
            Some(out) => {
                printing.end()?;
                receipt::write(&printed, format, out, session)?;
            }
        }
        if failed > 0 { Err(not_imported(failed, lang)) } else { Ok(()) }
    }
}

/// What Office and macOS put beside a file.
fn is_left_by_a_program(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.starts_with("~$") || name.starts_with("._")
}

fn not_imported(count: usize, lang: Lang) -> CliError {
    lang.of(format!("{count} 个文件没有导入"), format!("Not imported: {}", number_of(count, "file"))).into()
}

async fn undo(session: &Session, input: UndoImport) -> Result<(), CliError> {
    let (batch, reason, rest) = (input.batch.clone(), input.reason, input.rest);
    let command = Command::UndoImport(input);
    let Answer::ImportUndone(undone) = session.app.run(&session.caller, session.key.as_ref(), &command).await? else {
        return Ok(()); // Not what was ordered.
    };
    let (lang, count) = (session.lang, undone.count);
    let (records, reason) = (number_of(count, "record"), lang.of(reason.zh().to_owned(), reason.en()));
    if undone.refused.is_empty() {
        return screen::line(&lang.of(
            format!("批次 {batch} 已撤销：{count} 条记录（原因：{reason}）"),
            format!("Batch {batch} is undone: {records} (reason: {reason})"),
        ));
    }
    screen::line(&match (rest, count) {
        (true, _) => lang.of(
            format!("批次 {batch} 已撤销：{count} 条记录（原因：{reason}）；下列各项另有记录依赖，保留不动："),
            format!("Batch {batch} is undone: {records} (reason: {reason}); what others built on stays:"),
        ),
        (false, 0) => lang.of(
            format!("批次 {batch} 没有撤销：下列各项另有记录依赖。先撤销那些记录，或加 --rest 只撤销其余部分："),
            format!("Batch {batch} is not undone: others built on the following. Undo those first, or take back the others with --rest:"),
        ),
        (false, _) => lang.of(
            format!("批次 {batch} 撤销了 {count} 条记录（原因：{reason}）；下列各项之后另有记录，先撤销那些记录，再撤销一次："),
            format!("Of batch {batch} {records} undone (reason: {reason}); on top of the following others were recorded: undo those first, then undo the batch again:"),
        ),
    })?;
    not_all(&undone.refused, lang)
}

/// Whether a file was read, and recorded unless it was only checked.
pub fn is_taken(result: &FileResult) -> bool {
    result.outcome.as_ref().is_ok_and(|imported| imported.recording != Recording::Nothing)
}

/// Writes the error workbook of a file of which rows are rejected, and says where.
pub fn error_workbook_of(result: &FileResult, lang: Lang) -> Option<Result<PathBuf, CliError>> {
    let imported = result.outcome.as_ref().ok().filter(|imported| !imported.rejected.is_empty())?;
    Some(write_errors(imported, Path::new(&result.file), lang))
}

/// Prints what became of a file, and where its error workbook is.
pub fn print(result: &FileResult, errors: Option<&Result<PathBuf, CliError>>, lang: Lang) -> Result<(), CliError> {
    let imported = match &result.outcome {
        Ok(imported) => imported,
        Err(fault) => {
            return screen::line(&CliError::Refused(fault.clone().into()).sentence(lang));
        }
    };
    let RowCounts { new, changed, unchanged, held, rejected } = imported.counts;
    let (file, state) = (&result.file, state(imported, lang));
    let held =
        if held > 0 { lang.of(format!("，暂不生效 {held}"), format!(", held {held}")) } else { String::new() };
    screen::line(&lang.of(
        format!(
            "{file} 〔{}〕：新增 {new}，更改 {changed}，不变 {unchanged}{held}，拒绝 {rejected}。{state}",
            imported.kind.zh()
        ),
        format!(
            "{file} [{}]: new {new}, changed {changed}, unchanged {unchanged}{held}, rejected {rejected}. {state}",
            imported.kind.en()
        ),
    ))?;
    if imported.passed_over > 0 {
        let rows = imported.passed_over;
        screen::line(&lang.of(
            format!("  略过 {rows} 行：没有数据，或是表头、标题、合计、说明"),
            format!("  Passed over {}: no data, headings, titles, totals or notes", number_of(rows, "row")),
        ))?;
    }
    if imported.counts.total() == 0 {
        screen::line(lang.of("  表头之后没有数据行", "  There are no rows below the headings"))?;
    }
    let unknown = |(text, meant): &(String, Option<Column>)| {
        let meant = meant.map(Column::title);
        meant.map_or_else(
            || text.clone(),
            |meant| lang.of(format!("{text}（是「{meant}」吗？）"), format!("{text} ({meant}?)")),
        )
    };
    for (zh, en, left_out) in [
        ("未使用的列", "Columns not used", &imported.unknown_columns.iter().map(unknown).collect()),
        ("隐藏的工作表没有导入", "Hidden sheets not imported", &imported.source.hidden),
        ("没有表头的工作表没有导入", "Sheets without headings not imported", &imported.source.notes),
    ] {
        if !left_out.is_empty() {
            let (names_zh, names_en) = (left_out.join("、"), left_out.join(", "));
            screen::line(&lang.of(format!("  {zh}：{names_zh}"), format!("  {en}: {names_en}")))?;
        }
    }
    print_hidden_and_merged(imported, lang)?;
    print_rows(imported, lang)?;
    if !imported.absent.is_empty() {
        let shown: Vec<&str> = imported.absent.iter().take(10).map(String::as_str).collect();
        let (count, names) = (imported.absent.len(), shown.join(lang.of("、", ", ")));
        screen::line(&lang.of(
            format!("  名册中没有、而此前已登记的学生 {count} 人（未改动）：{names}…"),
            format!(
                "  Registered before and not in the roster (left as they are): {}: {names}…",
                number_of(count, "student")
            ),
        ))?;
    }
    if let Some(written) = errors {
        screen::line(&match written {
            Ok(out) => lang.of(
                format!("  错误工作簿：{}（改好后可直接再导入）", out.display()),
                format!("  Workbook of errors: {} (mend it and import it)", out.display()),
            ),
            Err(error) => format!("  {}", error.sentence(lang)),
        })?;
    }
    Ok(())
}

/// Prints what became of a form, which is one row: there is nothing to be mended in a workbook.
pub fn print_form(result: &FileResult, lang: Lang) -> Result<(), CliError> {
    let imported = match &result.outcome {
        Ok(imported) => imported,
        Err(fault) => return Err(CliError::Refused(fault.clone().into())),
    };
    let shown = |fault: &Fault| format!("「{}」{}", fault.column, fault.reason.sentence().in_lang(lang));
    if let Some(rejected) = imported.rejected.first() {
        let faults: Vec<String> = rejected.faults.iter().map(shown).collect();
        return Err(faults.join(lang.of("；", "; ")).into());
    }
    for (_, _, warning) in &imported.warnings {
        let warning = shown(warning);
        screen::line(&lang.of(format!("注意：{warning}"), format!("Note: {warning}")))?;
    }
    let RowCounts { new, changed, held, .. } = imported.counts;
    let became = match () {
        () if new + changed > 0 => lang.of("已登记", "recorded"),
        () if held > 0 => lang.of("已记下，暂不生效", "recorded, and does not stand"),
        () => lang.of("已是如此，没有改动", "it is so already, nothing changed"),
    };
    let kind = lang.of(imported.kind.zh().to_owned(), imported.kind.en());
    let state = state(imported, lang);
    screen::line(&lang.of(format!("{kind}：{became}。{state}"), format!("{kind}: {became}. {state}")))?;
    Printing::new(lang).file(result)
}

/// Whether and where the rows of a file are recorded.
fn state(imported: &Imported, lang: Lang) -> String {
    match imported.recording {
        Recording::Recorded(batch) => lang.of(format!("批次 {}", batch.0), format!("Batch {}", batch.0)),
        Recording::AlreadyImported(batch) => lang.of(
            format!("此文件已导入过（批次 {}），没有重复记录", batch.0),
            format!("The file was imported before (batch {}) and is not recorded again", batch.0),
        ),
        Recording::Checked => lang.of("只检查，未记录", "Only checked, nothing is recorded").to_owned(),
        Recording::Nothing if imported.counts.rejected > 0 => lang
            .of("有不合格的行，本次的所有文件都未记录", "Some rows are rejected; none of the files is recorded")
            .to_owned(),
        Recording::Nothing => lang
            .of("本次有别的文件不合格，此文件也未记录", "Another file is rejected; this one is not recorded either")
            .to_owned(),
    }
}

fn print_hidden_and_merged(imported: &Imported, lang: Lang) -> Result<(), CliError> {
    for (sheet, rows) in &imported.hidden_rows {
        let (sheet, count, rows) = (sheet_name(imported, *sheet), rows.len(), first_of(rows, lang));
        screen::line(&lang.of(
            format!("  {sheet} 隐藏或筛选掉的 {count} 行没有导入：第 {rows} 行（要导入请加 --hidden）"),
            format!(
                "  {sheet}, {} hidden or filtered out and not imported: {rows} (--hidden takes them)",
                number_of(count, "row")
            ),
        ))?;
    }
    for (sheet, areas) in &imported.filled {
        let (sheet, areas) = (sheet_name(imported, *sheet), first_of(areas, lang));
        screen::line(&lang.of(
            format!("  {sheet} 合并单元格的内容用于其中每一行：{areas}"),
            format!("  {sheet}, merged cells count for each of their rows: {areas}"),
        ))?;
    }
    Ok(())
}

fn sheet_name(imported: &Imported, index: usize) -> &str {
    imported.source.sheets.get(index).map_or("", |sheet| sheet.name.as_str())
}

/// The first few of rows or areas.
fn first_of(all: &[impl ToString], lang: Lang) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<String> = all.iter().take(SHOWN).map(ToString::to_string).collect();
    let more = if all.len() > SHOWN { "…" } else { "" };
    shown.join(lang.of("、", ", ")) + more
}

fn print_rows(imported: &Imported, lang: Lang) -> Result<(), CliError> {
    let sheet = |index: usize| sheet_name(imported, index);
    for rejected in imported.rejected.iter().take(PRINTED_MAX) {
        for Fault { column, value, reason } in &rejected.faults {
            let reason = reason.sentence();
            let reason = reason.in_lang(lang);
            let (row, name) = (rejected.number, sheet(rejected.sheet));
            screen::line(&lang.of(
                format!("  拒绝 {name} 第 {row} 行「{column}」{value}：{reason}"),
                format!("  Rejected {name}, row {row}, {column}, {value}: {reason}"),
            ))?;
        }
    }
    if imported.rejected.len() > PRINTED_MAX {
        let more = imported.rejected.len() - PRINTED_MAX;
        screen::line(&lang.of(
            format!("  …另有 {more} 行，见错误工作簿"),
            format!("  … and {}, see the workbook of errors", number_of(more, "more row")),
        ))?;
    }
    let warnings: Vec<_> = imported.warnings.iter().map(|(index, row, fault)| (sheet(*index), *row, fault)).collect();
    let alike = alike(&warnings, lang);
    alike.iter().take(PRINTED_MAX).try_for_each(|line| screen::line(line))?;
    if alike.len() > PRINTED_MAX {
        let more = alike.len() - PRINTED_MAX;
        screen::line(&lang.of(
            format!("  …另有 {more} 种注意事项"),
            format!("  … and {} of something to check", number_of(more, "more kind")),
        ))?;
    }
    Ok(())
}

/// What to mind, in lines: that which is said of several rows of a sheet stands once, with their number.
fn alike(warnings: &[(&str, u32, &Fault)], lang: Lang) -> Vec<String> {
    let mut groups: Vec<Vec<(&str, u32, &Fault)>> = vec![];
    let mut known: HashMap<(&str, &str, String), usize> = HashMap::new();
    for (sheet, row, fault) in warnings {
        let next = groups.len();
        let index =
            *known.entry((sheet, &*fault.column, fault.reason.sentence().in_lang(lang).to_owned())).or_insert(next);
        if index == next {
            groups.push(vec![]);
        }
        groups[index].push((sheet, *row, fault));
    }
    let line = |group: &Vec<(&str, u32, &Fault)>| match group.as_slice() {
        [] => String::new(),
        [(sheet, row, Fault { column, value, reason })] => {
            let Sentence { zh, en } = reason.sentence();
            lang.of(
                format!("  注意 {sheet} 第 {row} 行「{column}」{value}：{zh}"),
                format!("  Note {sheet}, row {row}, {column}, {value}: {en}"),
            )
        }
        [(sheet, _, Fault { column, reason, .. }), ..] => {
            let rows: Vec<u32> = group.iter().map(|(_, row, _)| *row).collect();
            let (count, rows) = (group.len(), first_of(&rows, lang));
            lang.of(
                format!("  注意 {sheet} {count} 行（第 {rows} 行）「{column}」：{}", reason.sentence().zh),
                format!("  Note {sheet}, {count} rows ({rows}), {column}: {}", reason.sentence().en),
            )
        }
    };
    groups.iter().map(line).collect()
}

/// `名册.xlsx` becomes `错误/名册.错误.xlsx` or `errors/名册.errors.xlsx`, or the next name that nothing has: an earlier workbook may be
/// mended half-way. What only a check found has a name of its own and takes the place of what the check before found.
fn error_path(file: &Path, imported: &Imported, lang: Lang) -> std::io::Result<PathBuf> {
    let (errors, check) = (lang.of("错误", "errors"), lang.of("检查", "check"));
    let original = imported.source.errors_of.as_ref().map_or(file, |of| Path::new(&of.file));
    let stem = original.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let folder = file.parent().unwrap_or(Path::new(""));
    let is_there = folder.file_name().is_some_and(|name| name == errors);
    let folder = if is_there { folder.to_owned() } else { folder.join(errors) };
    std::fs::create_dir_all(&folder)?;
    if imported.recording == Recording::Checked {
        let path = folder.join(format!("{stem}.{check}.xlsx"));
        if path.exists() {
            std::fs::remove_file(&path)?;
        }
        return Ok(path);
    }
    let named = |number: &str| folder.join(format!("{stem}.{errors}{number}.xlsx"));
    let (mut path, mut number) = (named(""), 1);
    while path.exists() {
        number += 1;
        path = named(&number.to_string());
    }
    Ok(path)
}

/// Writes the rejected rows of a file into a workbook beside it, and says where.
fn write_errors(imported: &Imported, file: &Path, lang: Lang) -> Result<PathBuf, CliError> {
    let not_written = |error: &dyn std::fmt::Display| {
        CliError::from(
            lang.of(format!("不能写错误工作簿：{error}"), format!("The workbook of errors cannot be written: {error}")),
        )
    };
    let out = error_path(file, imported, lang).map_err(|error| not_written(&error))?;
    error_workbook::write(&imported.source, &imported.headings, &imported.rejected, &out, lang)
        .map_err(|error| not_written(&error))?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use gradtrail::intake::fault::RowFault;

    use super::*;

    #[test]
    fn what_is_said_of_many_rows_is_said_once_with_their_number() {
        let fault = |column: &str, value: &str| Fault {
            column: column.to_owned(),
            value: value.to_owned(),
            reason: RowFault::CheckCharacterWrong.into(),
        };
        let (alike_faults, other) = (["一", "二"].map(|value| fault("信用代码", value)), fault("电话", "三"));
        let mut warnings: Vec<(&str, u32, &Fault)> = vec![("表一", 2, &other)];
        warnings.extend((3..433).map(|row| ("表一", row, &alike_faults[row as usize % 2])));
        warnings.push(("表二", 9, &alike_faults[0]));
        assert_eq!(
            alike(&warnings, Lang::Zh),
            [
                "  注意 表一 第 2 行「电话」三：统一社会信用代码校验位不符，请核对；已照录",
                "  注意 表一 430 行（第 3、4、5、6、7… 行）「信用代码」：统一社会信用代码校验位不符，请核对；已照录",
                "  注意 表二 第 9 行「信用代码」一：统一社会信用代码校验位不符，请核对；已照录",
            ]
        );
    }
}
