//! Files in and out: import, undo, templates, the sample city.

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;
use uuid::Uuid;

use gradtrail::domain::UndoReason;
use gradtrail::domain::ids::{BatchId, SchoolCode};
use gradtrail::domain::terms::Term;
use gradtrail::intake::import::{FileResult, Imported, Options, Recording, import};
use gradtrail::intake::kind::Kind;
use gradtrail::intake::{error_workbook, template, undo};
use gradtrail::projections::import_batches;
use gradtrail::sample;
use gradtrail::sample::season::{self, plan::Extent};
use gradtrail::text::instants::rfc3339;

use super::records::{school_code, term};
use super::whom::{day, not_all};
use super::{Failure, Session, screen};

/// Rejected rows printed per file; all of them are in the error workbook.
const PRINTED_MAX: usize = 50;

/// 导入 .xlsx、.xls、.csv 文件；好的行入库，坏的行列出原因并写成「错误」工作簿，改好可再导入
#[derive(Args)]
#[command(
    after_help = "例：\n  gradtrail import 学校名单.xlsx 33070001/*.xlsx\n  gradtrail import 去向.csv --school 33070001 --check\n  gradtrail --as 钱五 import 实习单位.xlsx 实习安排.xlsx      单位和实习安排：批准、核定后同一文件再导入一次，继续登记\n  gradtrail import --undo 0190… --reason wrong_file\n\n不合格的行逐行列出，其余照常导入，退出码仍为 0；要全部合格才导入用 --all-or-nothing。\n被拒的行所缺的内容（如名册）补上后，同一文件可再导入一次，已导入的行不重复记录。"
)]
pub struct Import {
    /// 文件；一次可以多个，先后次序不限
    #[arg(required_unless_present = "undo")]
    files: Vec<PathBuf>,
    /// 文件种类：schools, roster, outcomes, further-study, exam, employers, placements；不填则按表头判断
    #[arg(long, value_parser = term::<Kind>)]
    kind: Option<Kind>,
    /// 文件所属学校（文件中没有学校列时必填）
    #[arg(long, value_parser = school_code, value_name = "CODE")]
    school: Option<SchoolCode>,
    /// 只检查，不记录
    #[arg(long)]
    check: bool,
    /// 只要有一行或一个文件不合格，本次的所有文件都不记录
    #[arg(long)]
    all_or_nothing: bool,
    /// 本校自己的材料模板所在文件夹；文件中写明已签署的材料按它计算校验值，不填用内置模板
    #[arg(long, value_name = "DIR")]
    templates: Option<PathBuf>,
    /// 撤销一次导入（批次编号见 gradtrail imports）
    #[arg(long, value_name = "BATCH", requires = "reason", conflicts_with = "files")]
    undo: Option<Uuid>,
    /// 撤销原因：wrong_file 传错文件、wrong_school 选错学校、entry_error 填报有误、duplicate 重复导入、other 其他
    #[arg(long, value_parser = term::<UndoReason>)]
    reason: Option<UndoReason>,
}

impl Import {
    pub async fn run(&self, session: &Session) -> Result<(), Failure> {
        if let (Some(batch), Some(reason)) = (self.undo, self.reason) {
            let undone = undo::undo(&session.app, &session.caller, BatchId(batch), reason).await?;
            let (count, reason) = (undone.count, reason.zh());
            if undone.refused.is_empty() {
                return screen::line(&format!("批次 {batch} 已撤销：{count} 条记录（原因：{reason}）"));
            }
            screen::line(&format!(
                "批次 {batch} 撤销了 {count} 条记录（原因：{reason}）；下列各项之后另有记录，先撤销那些记录，再撤销一次："
            ))?;
            return not_all(&undone.refused);
        }
        let options = Options {
            kind: self.kind,
            school: self.school.clone(),
            check: self.check,
            all_or_nothing: self.all_or_nothing,
            templates: self.templates.clone(),
        };
        let bar = screen::progress("导入");
        let results = import(&session.app, &session.caller, &self.files, &options, |file, done, all| {
            bar.set_message(file.to_owned());
            bar.set_length(all as u64);
            bar.set_position(done as u64);
        })
        .await?;
        bar.finish_and_clear();
        let mut failed = 0;
        for result in &results {
            failed += usize::from(!print(result)?);
        }
        if failed > 0 { Err(format!("{failed} 个文件没有导入").into()) } else { Ok(()) }
    }
}

/// Prints what became of a file and writes its error workbook; says whether the file was taken.
pub fn print(result: &FileResult) -> Result<bool, Failure> {
    let imported = match &result.outcome {
        Ok(imported) => imported,
        Err(fault) => {
            screen::line(&fault.to_string())?;
            return Ok(false);
        }
    };
    let counts = imported.counts;
    let state = match imported.recording {
        Recording::Recorded(batch) => format!("批次 {}", batch.0),
        Recording::AlreadyImported(batch) => format!("此文件已导入过（批次 {}），没有重复记录", batch.0),
        Recording::Checked => "只检查，未记录".to_owned(),
        Recording::Nothing if counts.rejected > 0 => "有不合格的行，本次的所有文件都未记录".to_owned(),
        Recording::Nothing => "本次有别的文件不合格，此文件也未记录".to_owned(),
    };
    screen::line(&format!(
        "{} 〔{}〕：新增 {}，更改 {}，不变 {}，拒绝 {}。{state}",
        result.file.display(),
        imported.kind.zh(),
        counts.new,
        counts.changed,
        counts.unchanged,
        counts.rejected
    ))?;
    if counts.total() == 0 {
        screen::line("  表头之后没有数据行")?;
    }
    if !imported.unknown_columns.is_empty() {
        screen::line(&format!("  未使用的列：{}", imported.unknown_columns.join("、")))?;
    }
    if !imported.source.hidden.is_empty() {
        screen::line(&format!("  隐藏的工作表没有导入：{}", imported.source.hidden.join("、")))?;
    }
    if !imported.source.notes.is_empty() {
        screen::line(&format!("  没有表头的工作表没有导入：{}", imported.source.notes.join("、")))?;
    }
    print_rows(imported)?;
    if !imported.absent.is_empty() {
        let shown: Vec<&str> = imported.absent.iter().take(10).map(String::as_str).collect();
        let (count, names) = (imported.absent.len(), shown.join("、"));
        screen::line(&format!("  名册中没有、而此前已登记的学生 {count} 人（未改动）：{names}…"))?;
    }
    if !imported.rejected.is_empty() {
        let out = error_path(&result.file);
        match error_workbook::write(imported, &out) {
            Ok(()) => screen::line(&format!("  错误工作簿：{}（改好后可直接再导入）", out.display()))?,
            Err(error) => screen::line(&format!("  不能写错误工作簿 {}：{error}", out.display()))?,
        }
    }
    Ok(imported.recording != Recording::Nothing)
}

fn print_rows(imported: &Imported) -> Result<(), Failure> {
    let sheet = |index: usize| imported.source.sheets.get(index).map_or("", |sheet| sheet.name.as_str());
    for rejected in imported.rejected.iter().take(PRINTED_MAX) {
        for fault in &rejected.faults {
            let (row, name) = (rejected.number, sheet(rejected.sheet));
            screen::line(&format!("  拒绝 {name} 第 {row} 行「{}」{}：{}", fault.column, fault.value, fault.reason))?;
        }
    }
    if imported.rejected.len() > PRINTED_MAX {
        screen::line(&format!("  …另有 {} 行，见错误工作簿", imported.rejected.len() - PRINTED_MAX))?;
    }
    for (index, row, fault) in imported.warnings.iter().take(PRINTED_MAX) {
        screen::line(&format!(
            "  注意 {} 第 {row} 行「{}」{}：{}",
            sheet(*index),
            fault.column,
            fault.value,
            fault.reason
        ))?;
    }
    if imported.warnings.len() > PRINTED_MAX {
        screen::line(&format!("  …另有 {} 条注意事项", imported.warnings.len() - PRINTED_MAX))?;
    }
    Ok(())
}

/// `名册.xlsx` becomes `名册.错误.xlsx`, in the folder of the file, or the next name that nothing has: an earlier one may
/// be mended half-way.
fn error_path(file: &Path) -> PathBuf {
    let stem = file.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let named = |number: &str| file.with_file_name(format!("{stem}.错误{number}.xlsx"));
    let (mut path, mut number) = (named(""), 1);
    while path.exists() {
        number += 1;
        path = named(&number.to_string());
    }
    path
}

pub async fn imports(session: &Session) -> Result<(), Failure> {
    let batches = import_batches::batches(session.app.log().readers(), &session.caller.scope).await?;
    let ids: Vec<Uuid> = batches.iter().map(|batch| batch.batch.0).collect();
    let names = session.app.names(&ids).await?;
    for batch in batches {
        let state = match batch.state.as_str() {
            "applied" => "已导入",
            "undone" => "已撤销",
            _ => "未完成",
        };
        let counts = batch.counts;
        screen::line(&format!(
            "{}\t{}\t{state}\t{}\t{}\t新增 {} 更改 {} 不变 {} 拒绝 {}\t{}\t{}",
            batch.batch.0,
            rfc3339(batch.recorded_at),
            Kind::from_code(&batch.kind).map_or("", Term::zh),
            batch.school.as_deref().unwrap_or("全市"),
            counts.new,
            counts.changed,
            counts.unchanged,
            counts.rejected,
            names.get(&batch.batch.0).map_or("", String::as_str),
            batch.actor,
        ))?;
    }
    Ok(())
}

/// 生成空白模板工作簿：表头、代码表、一行示例
#[derive(Args)]
pub struct Template {
    /// 种类：schools, roster, outcomes, further-study, exam, employers, placements
    #[arg(value_parser = term::<Kind>)]
    kind: Kind,
    /// 写到哪个文件
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl Template {
    pub fn run(&self) -> Result<(), Failure> {
        if self.out.exists() {
            return Err(format!("{} 已经存在，没有改动；请换一个文件名", self.out.display()).into());
        }
        template::write(self.kind, &self.out)
            .map_err(|error| format!("不能写 {}：{error}。请检查目录是否存在、是否可写", self.out.display()))?;
        screen::line(&format!("已写 {}（{}）", self.out.display(), self.kind.zh()))
    }
}

/// 生成样例城市：23 所虚构学校、18,081 名虚构毕业生的普通文件，和其中埋设的陷阱说明 TRAPS.md
#[derive(Args)]
#[command(
    after_help = "例：\n  gradtrail sample --out 样例\n  gradtrail sample --out 样例 --season --today 2026-11-26"
)]
pub struct Sample {
    /// 写到哪个目录
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// 几倍于样例城市
    #[arg(long, default_value_t = 1, value_name = "N")]
    scale: u32,
    /// 另写一个实习季：毕业班名册、实习单位、实习安排，说明见 SEASON.md
    #[arg(long)]
    season: bool,
    /// 实习季以哪天为今天；不填为今天
    #[arg(long, requires = "season", value_parser = day, value_name = "DATE")]
    today: Option<Date>,
}

impl Sample {
    pub fn run(&self) -> Result<(), Failure> {
        if self.season {
            season::check_scale(self.scale)?;
        }
        let summary = sample::write(&self.out, self.scale)?;
        screen::line(&format!("已写 {} 个文件到 {}", summary.files.len(), self.out.display()))?;
        if self.season {
            let today = self.today.unwrap_or_else(super::today);
            let season = season::write(&self.out, self.scale, &Extent::whole(), today)?;
            let (files, placements) = (season.files.len(), season.planted.placements);
            screen::line(&format!(
                "实习季（今天 {today}）：{files} 个文件，{placements} 项实习安排，说明见 SEASON.md"
            ))?;
        }
        Ok(())
    }
}
