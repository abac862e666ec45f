//! The season of the demo: written, played, and what the system answers beside what was planted.

use std::path::Path;
use std::time::Instant;

use unicode_width::UnicodeWidthStr;

use gradtrail::app::App;
use gradtrail::demo::found::{Found, found};
use gradtrail::demo::{STAGES, play};
use gradtrail::domain::agreement::codes::VersionState;
use gradtrail::domain::placement::codes::{HostSource, InternshipKind, Region};
use gradtrail::domain::placement::stay::PlacementStatus;
use gradtrail::domain::terms::Term;
use gradtrail::projections::placement_register::List;
use gradtrail::sample::season::planted::{Counts, NONE};
use gradtrail::sample::season::{self, plan::Extent};

use super::{CliError, screen};

/// Writes the season beside the city's files, plays it, and prints what came of it.
pub async fn run(app: &App, folder: &Path) -> Result<(), CliError> {
    let season = season::write(folder, 1, &Extent::whole(), app.today())?;
    let planted = &season.planted;
    screen::line(&format!(
        "\n实习季（今天 {}）：{} 所学校毕业班 {} 人，{} 个文件，在 {}（说明见 SEASON.md）",
        season.days.today,
        planted.schools,
        planted.students,
        season.files.len(),
        folder.display()
    ))?;
    let began = Instant::now();
    let bar = screen::progress("实习季");
    bar.set_length(STAGES);
    play(app, folder, &season, |stage| {
        bar.inc(1);
        bar.set_prefix(stage);
    })
    .await?;
    bar.finish_and_clear();
    let seconds = began.elapsed().as_secs();
    let found = found(app).await?;
    print(&found, &Found::of(planted))?;
    let (units, without) = (planted.units_with_code + planted.units_without_code, planted.units_without_code);
    screen::line(&format!("\n{units} 个单位，其中 {without} 个没有信用代码；全部由文件和命令办理，用时 {seconds} 秒"))?;
    let school = &season.plan[0];
    let (code, class) = (&school.school.code, &school.classes[0].name);
    screen::line(&format!(
        "\n接下来可以试试（用同样的 --data-dir、--database-url）：\n  gradtrail queue unsigned --school {code}\n  \
         gradtrail grid --school {code} --class {class}\n  gradtrail --as {} placement show --class {class}",
        school.officer
    ))
}

fn print(found: &Found, planted: &Found) -> Result<(), CliError> {
    screen::line(&format!("\n{}    系统    埋设", " ".repeat(WIDTH)))?;
    line("实习安排", found.placements, planted.placements)?;
    table::<PlacementStatus>("按状态", &found.shown, &planted.shown)?;
    table::<VersionState>("按协议", &found.agreement, &planted.agreement)?;
    let none = Counts::new();
    let part = |of: &Found, dimension: &str| of.at_work.get(dimension).unwrap_or(&none).clone();
    let all = |of: &Found| part(of, "all").values().sum();
    line("今天在岗", all(found), all(planted))?;
    table::<InternshipKind>("按类别", &part(found, "kind"), &part(planted, "kind"))?;
    table::<HostSource>("按单位来源", &part(found, "source"), &part(planted, "source"))?;
    table::<Region>("按去向", &part(found, "region"), &part(planted, "region"))?;
    table::<List>("今日待办", &found.queue, &planted.queue)
}

/// The lines of a table in the order of its words; what has no word comes last.
fn table<T: Term>(title: &str, found: &Counts, planted: &Counts) -> Result<(), CliError> {
    screen::line(&format!("{title}："))?;
    let count = |counts: &Counts, code: &str| counts.get(code).copied().unwrap_or_default();
    let words = T::ENTRIES.iter().map(|entry| (entry.code, entry.zh)).chain([(NONE, "没有")]);
    for (code, word) in words {
        let (found, planted) = (count(found, code), count(planted, code));
        if found + planted > 0 {
            line(&format!("  {word}"), found, planted)?;
        }
    }
    Ok(())
}

/// The cells of a terminal that the words of a line have.
const WIDTH: usize = 44;

fn line(word: &str, found: usize, planted: usize) -> Result<(), CliError> {
    let differs = if found == planted { "" } else { "  ← 不一致" };
    screen::line(&format!("{word}{}{found:>8}{planted:>8}{differs}", " ".repeat(WIDTH.saturating_sub(word.width()))))
}
