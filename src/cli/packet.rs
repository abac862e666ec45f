//! Files that come out: the packet of documents, and what stands behind a record.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use gradtrail::app::account::{AccountAnswer, AccountOrder};
use gradtrail::app::actions::{Command, Question};
use gradtrail::app::evidence::GetEvidence;
use gradtrail::app::invitation::InviteSchool;
use gradtrail::app::packet::PrintPacket;
use gradtrail::app::reply::{Answer, Reply};
use gradtrail::app::survey::shown::ShowQuestionnaire;
use gradtrail::input::file::File;
use gradtrail::packet::placeholder::Placeholder;
use gradtrail::publication::xlsform;
use gradtrail::text::lang::{Lang, number_of};

use super::output::{already_there, write_private};
use super::{CliError, Session, screen};

/// 打印实习材料：全班一份文件，或每人一份；只打印，不发出签署
#[derive(Args)]
pub struct Packet {
    #[command(flatten)]
    input: PrintPacket,
    /// 写到哪个文件夹
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Packet {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let (command, lang) = (Command::Packet(self.input), session.lang);
        let packet = match session.app.run(&session.caller, session.key.as_ref(), &command).await? {
            Answer::Packet(packet) => packet,
            answer => return super::answer::print(&command, answer, lang),
        };
        write_files(&self.out, &packet.files, lang)?;
        let always = packet.known_of_nobody();
        if !always.is_empty() {
            screen::line(&lang.of(
                format!("每份都留空待填：{}", names(&always, lang)),
                format!("Left blank for all: {}", names(&always, lang)),
            ))?;
        }
        for (student, blanks) in &packet.gaps {
            let own: Vec<Placeholder> = blanks.iter().filter(|blank| !always.contains(blank)).copied().collect();
            let (name, number) = (student.name.as_deref(), student.student_number.as_deref());
            let whose = format!("{} {}", number.unwrap_or_default(), name.unwrap_or(&student.id));
            if !own.is_empty() {
                screen::line(&lang.of(
                    format!("{whose} 缺：{}", names(&own, lang)),
                    format!("{whose} lacks: {}", names(&own, lang)),
                ))?;
            }
        }
        let (students, papers) = (packet.student_count, packet.paper_count);
        screen::line(&lang.of(
            format!("{students} 人 {papers} 份材料"),
            format!("{} for {}", number_of(papers, "document"), number_of(students, "student")),
        ))
    }
}

/// What blanks are called.
fn names(blanks: &[Placeholder], lang: Lang) -> String {
    let names: Vec<String> = blanks.iter().map(|blank| blank.words().in_lang(lang).to_owned()).collect();
    names.join(lang.of("、", ", "))
}

/// 邀请一所学校所有还没有设置登录的人，打印邀请条
#[derive(Args)]
pub struct Invitations {
    #[command(flatten)]
    input: InviteSchool,
    /// 写到哪个文件夹
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Invitations {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let (command, lang) = (Command::Account(AccountOrder::InviteSchool(self.input)), session.lang);
        let printed = match session.app.run(&session.caller, session.key.as_ref(), &command).await? {
            Answer::Account(AccountAnswer::Printed(printed)) => printed,
            answer => return super::answer::print(&command, answer, lang),
        };
        write_files(&self.out, &[printed.file], lang)?;
        let (count, until) = (printed.count, printed.until);
        screen::line(&lang.of(
            format!("{count} 份邀请，有效至 {until}；打印后剪开，当面交给本人，然后删除文件"),
            format!(
                "{}, which hold until {until}; print, cut apart, hand over in person, and delete the file",
                number_of(count, "invitation")
            ),
        ))
    }
}

/// Writes files into a folder, which is made where there is none, and names them.
fn write_files(folder: &Path, files: &[File], lang: Lang) -> Result<(), CliError> {
    std::fs::create_dir_all(folder).map_err(|error| {
        let folder = folder.display();
        lang.of(format!("不能建立文件夹 {folder}：{error}"), format!("The folder {folder} cannot be made: {error}"))
    })?;
    for file in files {
        let path = folder.join(&file.name);
        write_private(&path, &file.bytes)?;
        screen::line(&path.display().to_string())?;
    }
    Ok(())
}

/// 取回一个文件；只能取回自己范围内的
#[derive(Args)]
pub struct GetFile {
    #[command(flatten)]
    input: GetEvidence,
    /// 写到哪里，必须是新文件
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// What is asked, as a workbook that other programs open.
#[derive(Args)]
pub struct GetForm {
    #[command(flatten)]
    input: ShowQuestionnaire,
    /// 写到哪里，必须是新文件
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl GetForm {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let question = Question::Questionnaire(self.input);
        let Reply::Questionnaire(shown) = session.app.ask(&session.caller, &question).await? else {
            return Ok(()); // Not what was asked.
        };
        let (out, lang) = (self.out, session.lang);
        let form = xlsform::write(&shown.questionnaire, &shown.form, shown.version);
        let form = form.map_err(|error| CliError::from(error.to_string()))?;
        let file = out.display();
        let written = gradtrail::private_file::create_new(&out).and_then(|mut written| written.write_all(&form));
        written.map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => already_there(&out, lang),
            _ => lang.of(format!("不能写入 {file}：{error}"), format!("{file} cannot be written: {error}")).into(),
        })?;
        let count = shown.questionnaire.questions.len();
        screen::line(&lang.of(
            format!("已写出 {file}（第 {} 版，{count} 题）", shown.version),
            format!("Wrote {file} (version {}, {})", shown.version, number_of(count, "question")),
        ))
    }
}

impl GetFile {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let Reply::Evidence(file) = session.app.ask(&session.caller, &Question::Evidence(self.input)).await? else {
            return Ok(()); // Not what was asked.
        };
        let (out, lang) = (self.out, session.lang);
        let written = gradtrail::private_file::create_new(&out).and_then(|mut written| written.write_all(file.bytes()));
        let shown = out.display();
        written.map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => already_there(&out, lang),
            _ => lang.of(format!("不能写入 {shown}：{error}"), format!("{shown} cannot be written: {error}")).into(),
        })?;
        let (kind, kilobytes, hash) = (file.media.name(), file.bytes().len().div_ceil(1024), file.hash);
        screen::line(&lang.of(
            format!("已写出 {shown}（{kind}，{kilobytes} KB，SHA-256 {hash}）"),
            format!("Wrote {shown} ({kind}, {kilobytes} KB, SHA-256 {hash})"),
        ))
    }
}
