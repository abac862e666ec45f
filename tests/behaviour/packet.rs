//! Promise: a packet says the same in every format, carries the code of its document on each page, and opens as what it
//! is; what is not known is left to be written by hand.

use std::io::{Cursor, Read};

use gradtrail::domain::ids::StudentId;
use gradtrail::domain::placement::arrangement::{Pay, PayUnit};
use gradtrail::domain::placement::codes::DocumentKind;
use gradtrail::domain::terms::Term;
use gradtrail::packet::document::{DocumentIdentity, FilledDocument, Salt};
use gradtrail::packet::file::{PacketFormat, RenderError, render};
use gradtrail::packet::mark::PageMark;
use gradtrail::packet::particulars::{Mentor, PacketParticulars, PartyDetails};
use gradtrail::packet::templates::Templates;
use gradtrail::refusal::Refusal as _;
use jiff::civil::date;
use uuid::Uuid;

/// A student of whom a part is known; the name looks like markup and like a placeholder.
fn particulars(name: &str) -> PacketParticulars {
    let mut particulars = PacketParticulars {
        school: PartyDetails { name: Some("第一职业技术学校".to_owned()), ..PartyDetails::default() },
        employer: PartyDetails {
            name: Some("东方 & <西方> \"有限\" 公司".to_owned()), ..PartyDetails::default()
        },
        ..PacketParticulars::default()
    };
    particulars.student.name = Some(name.to_owned());
    particulars.terms.first_day = Some(date(2026, 9, 1));
    particulars.terms.pay = Some(Pay { yuan: 2400, per: PayUnit::Month });
    particulars.terms.teacher = Mentor { name: Some("吴老师".to_owned()), phone: None };
    particulars
}

/// Every document of each of these students, in order.
fn papers<'a>(templates: &'a Templates, names: &[&str]) -> Vec<FilledDocument<'a>> {
    let mut papers = vec![];
    for (index, name) in names.iter().enumerate() {
        let student = StudentId(Uuid::from_u128(index as u128 + 1));
        for entry in DocumentKind::ENTRIES {
            let identity = DocumentIdentity { student, version: 1, salt: Salt([9; 32]) };
            papers.push(templates.fill(entry.value, identity, &particulars(name)));
        }
    }
    papers
}

const NAMES: [&str; 3] = ["{{学校.名称}}", "<b>甲</b> & 'é'", "乙"];

fn parts(file: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let mut parts = vec![];
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let mut bytes = vec![];
        part.read_to_end(&mut bytes).unwrap();
        parts.push((part.name().unwrap().into_owned(), bytes));
    }
    parts
}

fn part(parts: &[(String, Vec<u8>)], name: &str) -> String {
    let (_, bytes) = parts.iter().find(|(found, _)| found == name).unwrap_or_else(|| panic!("there is no {name}"));
    String::from_utf8(bytes.clone()).unwrap()
}

/// What stands between the tags, without blanks.
fn words(markup: &str) -> String {
    let text: String = markup.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text)).collect();
    let mut text = text;
    for (escaped, character) in [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ] {
        text = text.replace(escaped, character);
    }
    text.split_whitespace().collect()
}

fn decoded(side: usize, is_dark: impl FnMut(usize, usize) -> bool) -> PageMark {
    let mut image = rqrr::PreparedImage::prepare_from_bitmap(side, side, is_dark);
    PageMark::parse(&image.detect_grids()[0].decode().unwrap().1).unwrap()
}

/// The drawing of a code: a run of dark modules for each piece of the path.
fn drawn(svg: &str) -> PageMark {
    let between = |from: &str, to: &str| svg.split(from).nth(1).unwrap().split(to).next().unwrap().to_owned();
    let side: usize = between("viewBox=\"0 0 ", " ").parse().unwrap();
    let mut dark = vec![false; side * side];
    for run in between("path d=\"", "\"").split_terminator('z') {
        let (at, run) = run.trim_start_matches('M').split_once('h').unwrap();
        let (x, y) = at.split_once(' ').unwrap();
        let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
        let run: usize = run.split('v').next().unwrap().parse().unwrap();
        dark[y * side + x..y * side + x + run].fill(true);
    }
    // A reader wants more than a pixel for a module.
    decoded(side * 4, |x, y| dark[y / 4 * side + x / 4])
}

fn pictured(file: &[u8]) -> PageMark {
    let mut reader = png::Decoder::new(Cursor::new(file)).read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    decoded(info.width as usize, |x, y| bytes[y * info.line_size + x / 8] & (0x80 >> (x % 8)) == 0)
}

#[test]
fn both_formats_say_the_same_words_and_take_no_name_for_markup() {
    let templates = Templates::with(&[]).unwrap();
    let papers = papers(&templates, &NAMES);
    let docx = parts(&render(&papers, 0, PacketFormat::Docx).unwrap());
    let html = String::from_utf8(render(&papers, 0, PacketFormat::Html).unwrap()).unwrap();
    let bodies: String = html.split("<tbody>").skip(1).map(|rest| rest.split("</tbody>").next().unwrap()).collect();
    let said = words(&bodies);
    // The line to cut along is drawn in one and written in the other.
    let tear_off = "- ".repeat(60);
    assert_eq!(words(&part(&docx, "word/document.xml").replace(tear_off.trim_end(), "")), said);
    for name in NAMES {
        let name: String = name.split_whitespace().collect();
        assert!(said.contains(&name), "{name}");
    }
    assert!(said.contains("开始日期2026年9月1日结束日期______年____月____日"));
    assert!(said.contains("东方&<西方>\"有限\"公司"));
    assert!(!html.contains("<b>") && !html.contains("<script") && !html.contains("{{实习"));
}

#[test]
fn every_part_of_a_document_is_well_formed_and_named() {
    let templates = Templates::with(&[]).unwrap();
    let docx = parts(&render(&papers(&templates, &NAMES), 0, PacketFormat::Docx).unwrap());
    let types = part(&docx, "[Content_Types].xml");
    assert!(part(&docx, "word/styles.xml").contains("w:eastAsia=\"zh-CN\""));
    for (name, bytes) in docx.iter().filter(|(name, _)| name.ends_with(".xml") || name.ends_with(".rels")) {
        let mut reader = quick_xml::Reader::from_reader(bytes.as_slice());
        let mut buffer = vec![];
        loop {
            match reader.read_event_into(&mut buffer) {
                Ok(quick_xml::events::Event::Eof) => break,
                Ok(_) => buffer.clear(),
                Err(error) => panic!("{name}: {error}"),
            }
        }
        assert!(!name.starts_with("word/header") || types.contains(&format!("/{name}")), "{name}");
    }
}

/// Fifteen papers: from the tenth on, an order by name would give a page the code of another.
#[test]
fn each_document_carries_its_own_code_in_both_formats() {
    let templates = Templates::with(&[]).unwrap();
    let papers = papers(&templates, &NAMES);
    let docx = parts(&render(&papers, 0, PacketFormat::Docx).unwrap());
    let document = part(&docx, "word/document.xml");
    let sections: Vec<&str> = document.split("<w:headerReference ").skip(1).collect();
    assert_eq!(sections.len(), papers.len());
    let html = String::from_utf8(render(&papers, 0, PacketFormat::Html).unwrap()).unwrap();
    let drawings: Vec<&str> = html.split("<svg ").skip(1).collect();
    assert_eq!(drawings.len(), papers.len());
    let related = part(&docx, "word/_rels/document.xml.rels");
    for (index, paper) in papers.iter().enumerate() {
        let number = index + 1;
        let name = sections[index].split("r:id=\"").nth(1).unwrap().split('"').next().unwrap();
        let relation = related.split("<Relationship ").find(|one| one.contains(&format!("\"{name}\""))).unwrap();
        assert!(relation.contains(&format!("\"header{number}.xml\"")), "{relation}");
        let header = part(&docx, &format!("word/header{number}.xml"));
        assert!(header.contains(&paper.mark().text()) && header.contains("r:embed=\"rIdCode\""), "{header}");
        let picture = part(&docx, &format!("word/_rels/header{number}.xml.rels"));
        assert!(picture.contains("rIdCode") && picture.contains(&format!("\"media/code{number}.png\"")), "{picture}");
        let (_, png) = docx.iter().find(|(name, _)| *name == format!("word/media/code{number}.png")).unwrap();
        assert_eq!(pictured(png), paper.mark());
        assert_eq!(drawn(drawings[index]), paper.mark());
        assert!(paper.mark().is_of(paper.hash));
    }
}

#[test]
fn a_packet_made_twice_is_the_same_file_and_an_empty_one_is_refused() {
    let templates = Templates::with(&[]).unwrap();
    let papers = papers(&templates, &NAMES);
    for format in [PacketFormat::Docx, PacketFormat::Html] {
        assert_eq!(render(&papers, 7, format).unwrap(), render(&papers, 7, format).unwrap());
        assert!(matches!(render(&[], 7, format), Err(RenderError::Nothing)));
    }
}

#[test]
fn a_page_of_html_needs_nothing_from_elsewhere() {
    let templates = Templates::with(&[]).unwrap();
    let html = String::from_utf8(render(&papers(&templates, &["甲"]), 0, PacketFormat::Html).unwrap()).unwrap();
    for unwanted in ["<script", "<link", "src=", "url(", "@import", "http:", "https:"] {
        assert!(!html.contains(unwanted), "{unwanted}");
    }
}

/// Whoever photographs a page can sort it, and learns no name.
#[test]
fn a_code_names_no_person() {
    let templates = Templates::with(&[]).unwrap();
    for paper in papers(&templates, &["甲乙丙"]) {
        assert!(paper.mark().text().is_ascii());
        assert!(paper.page_header().ends_with("甲乙丙"));
    }
}

#[test]
fn a_school_s_own_text_without_the_pay_is_refused_whole() {
    let text = gradtrail::packet::templates::built_in(DocumentKind::Agreement);
    let name = gradtrail::packet::templates::file_name(DocumentKind::Agreement);
    let own = text.replace("{{实习.报酬}}", "");
    let refused = Templates::with(&[(name, own.as_bytes())]).unwrap_err().sentence().zh;
    assert!(
        refused.contains(name) && refused.contains("{{实习.报酬}}") && refused.contains("请在正文中补上"),
        "{refused}"
    );
    assert_eq!(refused.lines().count(), 2, "{refused}");
}
