//! Files that come out: the packet of documents, and what stands behind a record.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use gradtrail::app::actions::{Command, Question};
use gradtrail::app::evidence::GetEvidence;
use gradtrail::app::packet::PrintPacket;
use gradtrail::app::reply::{Answer, Reply};
use gradtrail::text::lang::number_of;

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
        std::fs::create_dir_all(&self.out).map_err(|error| {
            let folder = self.out.display();
            lang.of(format!("不能建立文件夹 {folder}：{error}"), format!("The folder {folder} cannot be made: {error}"))
        })?;
        for file in &packet.files {
            let path = self.out.join(&file.name);
            write_private(&path, &file.bytes)?;
            screen::line(&path.display().to_string())?;
        }
        let (students, papers) = (packet.student_count, packet.paper_count);
        screen::line(&lang.of(
            format!("{students} 人 {papers} 份材料"),
            format!("{} for {}", number_of(papers, "document"), number_of(students, "student")),
        ))
    }
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
