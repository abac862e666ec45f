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
use gradtrail::text::lang::Lang;

use super::{CliError, screen};

/// Writes the season beside the city's files, plays it, and prints what came of it.
pub async fn run(app: &App, folder: &Path, lang: Lang) -> Result<(), CliError> {
    let season = season::write(folder, 1, &Extent::whole(), app.today())?;
    let planted = &season.planted;
    let (today, schools, students) = (season.days.today, planted.schools, planted.students);
    let (files, shown) = (season.files.len(), folder.display());
    screen::line(&lang.of(
        format!(
            "\n实习季（今天 {today}）：{schools} 所学校毕业班 {students} 人，{files} 个文件，在 {shown}（说明见 SEASON.md）"
        ),
        format!(
            "\nSeason (today {today}): {students} students of the final classes of {schools} schools, {files} files in \
             {shown} (told in SEASON.md)"
        ),
    ))?;
    let began = Instant::now();
    let bar = screen::progress(lang.of("实习季", "Season"));
    bar.set_length(STAGES);
    play(app, folder, &season, |stage| {
        bar.inc(1);
        bar.set_prefix(stage.in_lang(lang).to_owned());
    })
    .await?;
    bar.finish_and_clear();
    let seconds = began.elapsed().as_secs();
    let found = found(app).await?;
    print(&found, &Found::of(planted), lang)?;
    let (units, without) = (planted.units_with_code + planted.units_without_code, planted.units_without_code);
    screen::line(&lang.of(
        format!("\n{units} 个单位，其中 {without} 个没有信用代码；全部由文件和命令办理，用时 {seconds} 秒"),
        format!(
            "\n{units} units, {without} of them without a credit code; all by files and commands, in {seconds} seconds"
        ),
    ))?;
    let school = &season.plan[0];
    let (code, class) = (&school.school.code, &school.classes[0].name);
    let next = lang.of(
        "接下来可以试试（用同样的 --data-dir、--database-url）：",
        "Next you may try (with the same --data-dir and --database-url):",
    );
    screen::line(&format!(
        "\n{next}\n  gradtrail queue unsigned --school {code}\n  gradtrail grid --school {code} --class {class}\n  \
         gradtrail --as {} placement show --class {class}",
        school.officer
    ))
}

fn print(found: &Found, planted: &Found, lang: Lang) -> Result<(), CliError> {
    let headings = lang.of("    系统    埋设", "   found planted");
    screen::line(&format!("\n{}{headings}", " ".repeat(WIDTH)))?;
    line(lang.of("实习安排", "Placements"), [found.placements, planted.placements], lang)?;
    table::<PlacementStatus>(("按状态", "By state"), [&found.shown, &planted.shown], lang)?;
    table::<VersionState>(("按协议", "By agreement"), [&found.agreement, &planted.agreement], lang)?;
    let none = Counts::new();
    let at_work = |by| [found, planted].map(|of| of.at_work.get(by).unwrap_or(&none));
    let [all_found, all_planted] = at_work("all").map(|counts| counts.values().sum());
    line(lang.of("今天在岗", "At work today"), [all_found, all_planted], lang)?;
    table::<InternshipKind>(("按类别", "By kind"), at_work("kind"), lang)?;
    table::<HostSource>(("按单位来源", "By source of the host"), at_work("source"), lang)?;
    table::<Region>(("按去向", "By place"), at_work("region"), lang)?;
    table::<List>(("今日待办", "What waits"), [&found.queue, &planted.queue], lang)
}

/// The lines of a table in the order of its words; what has no word comes last.
fn table<T: Term>((zh, en): (&str, &str), both: [&Counts; 2], lang: Lang) -> Result<(), CliError> {
    screen::line(&lang.of(format!("{zh}："), format!("{en}:")))?;
    let word = |value: T| lang.of(value.zh().to_owned(), value.en());
    let none = (NONE, lang.of("没有", "none").to_owned());
    for (code, word) in T::ENTRIES.iter().map(|entry| (entry.code, word(entry.value))).chain([none]) {
        let counts = both.map(|counts| counts.get(code).copied().unwrap_or_default());
        if counts != [0, 0] {
            line(&format!("  {word}"), counts, lang)?;
        }
    }
    Ok(())
}

/// The cells of a terminal that the words of a line have.
const WIDTH: usize = 44;

fn line(word: &str, [found, planted]: [usize; 2], lang: Lang) -> Result<(), CliError> {
    let differs = if found == planted { "" } else { lang.of("  ← 不一致", "  ← differs") };
    screen::line(&format!("{word}{}{found:>8}{planted:>8}{differs}", " ".repeat(WIDTH.saturating_sub(word.width()))))
}
