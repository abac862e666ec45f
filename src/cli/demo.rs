//! The whole way once: sample city, real import, year-end report.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use gradtrail::accounts::Caller;
use gradtrail::app::App;
use gradtrail::app::actions::{Command, Question};
use gradtrail::app::import::ImportFiles;
use gradtrail::app::reply::{Answer, Reply};
use gradtrail::app::report::{ReportQuery, ReportReply, ShowReport};
use gradtrail::demo::accounts::{self, DemoAccount};
use gradtrail::demo::{a_school_that_is_real, may_play};
use gradtrail::domain::ids::SchoolCode;
use gradtrail::domain::school::SchoolEntry;
use gradtrail::domain::terms::Term as _;
use gradtrail::input::words;
use gradtrail::projections::cohort_outcomes::count::Dimension;
use gradtrail::publication::compose;
use gradtrail::publication::file::{self, ReportFormat};
use gradtrail::publication::{comparison, english, json};
use gradtrail::sample::{self, Sending};
use gradtrail::text::lang::Lang;
use gradtrail::web::server::Serving;

use super::output::write_whole;
use super::practice::Practice;
use super::{CliError, Place, demo_season, import, screen};

/// The year of the sample city's graduates.
const YEAR: i16 = 2022;

/// 生成样例城市、经真正的导入程序导入、打印年度统计并与 2022 年公布的数字对照，然后打开只读网页
#[derive(Args)]
pub struct Demo {
    /// 另加一个实习季：毕业班约 1.8 万项实习安排，从文件导入，由各校人员办理；各日期以今天为准
    #[arg(long)]
    season: bool,
    /// 到此为止，不打开网页
    #[arg(long)]
    no_serve: bool,
    /// 重来一遍：回到第一次运行以后的样子，其后办理的一切都没有了；只用于 SQLite
    #[arg(long, conflicts_with_all = ["season", "no_serve"])]
    again: bool,
    /// 网页地址
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    listen: SocketAddr,
}

impl Demo {
    pub async fn run(&self, place: Place, lang: Lang) -> Result<(), CliError> {
        let practice = Practice::of(&place);
        if self.again {
            if !practice.is_agreed() {
                // What is opened to look at is closed by the process that puts the files back.
                may_add_sample(&place.open_existing(lang).await?, lang).await?;
                return Err(practice.begin_anew(&place, self.listen, lang));
            }
            practice.put_back(lang)?;
            return self.serve(place.open_existing(lang).await?, &place, lang).await;
        }
        let app = place.open(lang).await?;
        may_add_sample(&app, lang).await?;
        if self.season {
            may_play(&app).await?;
        }
        let folder = place.data_dir.join("sample");
        let summary = sample::write(&folder, 1)?;
        let (files, shown) = (summary.files().count(), folder.display());
        screen::line(&lang.of(
            format!("样例城市：{files} 个文件，在 {shown}（陷阱说明见 TRAPS.md）"),
            format!("Sample city: {files} files in {shown} (its traps are told in TRAPS.md)"),
        ))?;
        let caller = Caller::operator("import");
        let bar = screen::progress(lang.of("导入", "Importing"));
        bar.set_length(files as u64);
        let mut last = String::new();
        let mut watch = |file: &str, _: usize, _: usize| {
            if last != file {
                file.clone_into(&mut last);
                bar.inc(1);
            }
        };
        let read = |file: &PathBuf| words::file(&folder.join(file).display().to_string());
        let mut results = vec![];
        for Sending { files, source, issuer, said_on } in summary.sendings {
            let files = files.iter().map(read).collect::<Result<Vec<_>, _>>()?;
            let command = Command::Import(ImportFiles { files, source, issuer, said_on, ..ImportFiles::default() });
            let answer = app.run_watched(&caller, None, &command, &mut watch);
            let Answer::Imported(of_sending) = answer.await? else { return Ok(()) }; // Not what was ordered.
            results.extend(of_sending);
        }
        bar.finish_and_clear();
        let mut rejected = 0;
        for result in &results {
            import::print(result, import::error_workbook_of(result, lang).as_ref(), lang)?;
            rejected += result.outcome.as_ref().map_or(0, |imported| imported.counts.rejected);
        }
        let faulty = summary.faulty_rows.len();
        screen::line(&lang.of(
            format!("\n以上拒绝 {rejected} 行，样例中埋设的错误行 {faulty} 行\n"),
            format!("\nRows rejected above: {rejected}; faulty rows planted in the sample: {faulty}\n"),
        ))?;
        let report = |by, full| Question::Report(ShowReport { query: ReportQuery::year(YEAR), by, full });
        let plain = app.ask(&caller, &report(vec![Dimension::School], false)).await?;
        let full = app.ask(&caller, &report(vec![], true)).await?;
        let (Reply::Report(ReportReply::Plain(report)), Reply::Report(ReportReply::Full(full))) = (plain, full) else {
            return Ok(()); // Not what was asked.
        };
        let document = compose(&full);
        let text = file::write(&document, ReportFormat::Text)?;
        match lang {
            Lang::Zh => screen::line(&String::from_utf8_lossy(&text))?,
            Lang::En => screen::line(&english::write(&report))?,
        }
        screen::line(&comparison::table(&report, lang))?;
        let reports = place.data_dir.join("reports");
        std::fs::create_dir_all(&reports)?;
        write_whole(&reports.join("2022.json"), &serde_json::to_vec_pretty(&json::report(&report))?)?;
        write_whole(&reports.join("2022.txt"), &text)?;
        for (name, format) in [
            ("2022.csv", ReportFormat::Csv),
            ("2022.xlsx", ReportFormat::Xlsx),
            ("2022.docx", ReportFormat::Docx),
            ("2022.html", ReportFormat::Html),
        ] {
            write_whole(&reports.join(name), &file::write(&document, format)?)?;
        }
        let shown = reports.display();
        screen::line(&lang.of(format!("报告已写入 {shown}"), format!("The reports are in {shown}")))?;
        if self.season {
            demo_season::run(&app, &folder, lang).await?;
        }
        app.note_head().await?;
        practice.keep(lang)?;
        if self.no_serve {
            return Ok(());
        }
        self.serve(app, &place, lang).await
    }

    /// Serves, on this machine alone, until somebody ends it; if a page asked for it, begins anew.
    async fn serve(&self, app: App, place: &Place, lang: Lang) -> Result<(), CliError> {
        if !self.listen.ip().is_loopback() {
            return Err(lang
                .of(
                    "演示账号没有动态码，只能在本机使用；请用 --listen 127.0.0.1:端口",
                    "The accounts of the demonstration have no second factor and serve this machine only; use --listen \
                     127.0.0.1:PORT",
                )
                .into());
        }
        print_accounts(&app, lang).await?;
        let practice = Practice::of(place);
        let serving = Serving { may_begin_anew: practice.is_kept(), ..Serving::at(self.listen, lang) };
        match super::serve::serve(app, serving, lang).await? {
            true => Err(practice.begin_anew(place, self.listen, lang)),
            false => Ok(()),
        }
    }
}

/// Prints with what names and passwords one signs in; each time they are new.
async fn print_accounts(app: &App, lang: Lang) -> Result<(), CliError> {
    let school = sample::a_school().and_then(|code| SchoolCode::parse(&code).ok());
    let class = match &school {
        Some(school) => accounts::a_class(app, school, YEAR).await?,
        None => None,
    };
    let Some((school, class)) = school.zip(class) else {
        return Err(lang
            .of("样例城市中没有班级，不能开通演示账号", "The sample city has no class to open accounts for")
            .into());
    };
    screen::line(lang.of(
        "演示账号，密码只显示这一次（再运行一次换新的）：",
        "Accounts of the demonstration; the passwords are shown this once (another run makes new ones):",
    ))?;
    for DemoAccount { role, login, password } in accounts::open(app, &school, &class).await? {
        let role = lang.of(role.zh().to_owned(), role.en());
        screen::line(&format!("  {login:<10}  {}  {role}", password.as_str()))?;
    }
    Ok(())
}

/// Fictional people do not go where real ones are recorded, for nothing is ever removed.
async fn may_add_sample(app: &App, lang: Lang) -> Result<(), CliError> {
    match a_school_that_is_real(app).await? {
        Some(SchoolEntry { name, .. }) => Err(lang
            .of(
                format!(
                    "这个数据库中已有不是样例的学校（{name}）；样例数据记录后不能删除，请用 --data-dir 指定另一个目录，如 --data-dir demo-data"
                ),
                format!(
                    "The database has a school that is not of the sample ({name}); what is recorded is never removed, so give \
                     another folder, like --data-dir demo-data"
                ),
            )
            .into()),
        None => Ok(()),
    }
}
