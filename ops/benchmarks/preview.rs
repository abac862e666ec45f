//! What a preview costs: one school's list of destinations gone through without recording anything of it.

use std::fmt::Write as _;
use std::time::Instant;

use gradtrail::accounts::Caller;
use gradtrail::app::App;
use gradtrail::app::actions::Command;
use gradtrail::app::import::ImportFiles;
use gradtrail::app::import::batch::{Imported, Recording};
use gradtrail::app::reply::Answer;
use gradtrail::app::school::{AddSchool, SchoolOrder};
use gradtrail::domain::ids::{SchoolCode, citizen_check_digit};
use gradtrail::domain::terms::SchoolCategory;
use gradtrail::input::file::File;
use gradtrail::refusal::Why;

use crate::Fault;
use crate::place::{Engine, Place};
use crate::table::{Against, Line, median};

/// For a list of 1,400 rows.
const SECONDS: f64 = 1.0;
/// Graduates in a class, and of an employer.
const CLASS: usize = 42;
const COLLEAGUES: usize = 5;

/// The line of a list of so many rows: the roster is recorded before, of destinations nothing.
pub async fn line(rows: usize, rounds: usize) -> Result<Line, Fault> {
    let place = Place::new(Engine::Sqlite).await?;
    let app = place.open().await?;
    let code = SchoolCode::parse("33071001").map_err(|error| error.to_string())?;
    let add =
        AddSchool { code, name: "澜州市第一中等职业学校".to_owned(), category: SchoolCategory::Public };
    app.run(&Caller::operator("bench"), None, &Command::School(SchoolOrder::Add(add))).await?;
    let recorded = import(&app, file("名册.csv", roster(rows)), false).await?;
    if recorded.counts.new as usize != rows {
        return Err(format!("of {rows} rows of a roster {:?}", recorded.counts).into());
    }
    let destinations = file("去向.csv", destinations(rows));
    let mut seconds = vec![];
    for _ in 0..rounds {
        let started = Instant::now();
        let checked = import(&app, destinations.clone(), true).await?;
        seconds.push(started.elapsed().as_secs_f64());
        if checked.recording != Recording::Checked || checked.counts.new as usize != rows {
            return Err(format!("of {rows} rows of a preview {:?}", checked.counts).into());
        }
    }
    Ok(Line::new("city.preview", median(seconds), "s", Against::AtMost, SECONDS))
}

async fn import(app: &App, file: File, check: bool) -> Result<Imported, Fault> {
    let command = Command::Import(ImportFiles { files: vec![file], check, ..ImportFiles::default() });
    let Answer::Imported(results) = app.run(&Caller::operator("import"), None, &command).await? else {
        return Err("files were not imported".into());
    };
    let result = results.into_iter().next().ok_or("no file was imported")?;
    Ok(result.outcome.map_err(Why::from)?)
}

fn file(name: &str, text: String) -> File {
    File { name: name.to_owned(), bytes: text.into_bytes() }
}

fn roster(rows: usize) -> String {
    let mut text = "学校代码,姓名,证件号码,学号,性别,专业代码,班级,学籍状态,状态日期\n".to_owned();
    for at in 0..rows {
        let (number, class) = (number(at), at / CLASS + 1);
        let _ = writeln!(text, "33071001,学生{at},{number},2019{at:05},男,710201,19计算机{class}班,毕业,2022-06-30");
    }
    text
}

fn destinations(rows: usize) -> String {
    let mut text = "学校代码,姓名,证件号码,去向类型,单位名称,行业,就业地域,就业渠道,起薪,劳动合同,社会保险,开始日期,\
                    佐证材料,专业对口程度\n"
        .to_owned();
    for at in 0..rows {
        let (number, unit, pay) = (number(at), at / COLLEAGUES, 3_000 + at % 20 * 100);
        let _ = writeln!(
            text,
            "33071001,学生{at},{number},企业,澜州第{unit}五金制品有限公司,C,本地,学校推荐,{pay},1年及以内,五险,\
             2022-07-{:02},劳动合同,完全对口",
            at % 28 + 1
        );
    }
    text
}

/// The citizen number of a man.
fn number(at: usize) -> String {
    let mut number =
        format!("330702{}{:02}{:02}{:03}", 2003 + at / 6_000, at / 500 % 12 + 1, at / 20 % 25 + 1, at % 20 * 2 + 1);
    number.push(char::from(citizen_check_digit(number.as_bytes())));
    number
}
