//! The documents for a word processor: A4, one section for each, with its code in the header of every page.
//!
//! The library numbers headers by their names sorted as text (10 before 2), and it writes no pictures into the headers
//! of sections. A page would carry the code of another student. This file therefore adds headers, their relations and
//! their pictures itself, by the place of the document: document 2 has header 2 and picture 2.

use std::io::Cursor;

use docx_rs::{
    AlignmentType, BuildXML, Docx, Header, HeightRule, LineSpacing, LineSpacingType, PageMargin, PageNum, PageNumType,
    PageSize, Paragraph, Pic, Run, RunFonts, SectionProperty, SpecialIndentType, Style, StyleType, Table, TableCell,
    TableCellMargins, TableLayoutType, TableRow, VAlignType, WidthType, create_header_rid,
};

use super::document::FilledDocument;
use super::error::PacketWriteError;
use super::qr_image::QrImage;
use super::requirements::Signer;
use super::template::{Block, Words};
use crate::text::instants::rfc3339;

/// A4 with 18 mm at each side. Lengths here are in twentieths of a point unless they name another unit.
pub(super) const PAGE: (u32, u32) = (11_906, 16_838);
pub(super) const SIDE: i32 = 1_021;
pub(super) const TEXT_WIDTH: usize = 9_864;
/// The header begins 8 mm below the edge of the paper and is as high as the code.
const HEADER: i32 = 454;
const FOOT: i32 = 907;
/// The columns of a table of labels and values, together the width of the text.
const GRID: [usize; 4] = [1_970, 2_962, 1_970, 2_962];
/// The columns of the header: its words, and the code.
const HEADER_GRID: [usize; 2] = [8_400, 1_464];
const HALF: usize = TEXT_WIDTH / 2;
/// The side of the code: 23 mm in English metric units of 1/36000 mm.
const CODE: u32 = 23 * 36_000;
/// Sizes of letters in half points.
const TITLE: usize = 34;
const HEADING: usize = 24;
const BODY: usize = 21;
const HEADER_SIZE: usize = 18;
const MARK_SIZE: usize = 13;
/// The first line of a paragraph is indented by two letters. An item is indented by three, its mark by two.
const FIRST_LINE: i32 = 420;
const ITEM: (i32, i32) = (630, 210);
/// The distance from line to line, fixed so that it is the same in every font.
const LINE: i32 = 340;
/// The height of a block of signature, which leaves room for a stamp.
const STAMP: f32 = 1_700.0;
/// The name of a header's only picture in its relations.
const PICTURE: &str = "rIdCode";

/// Writes the documents in order. `made_at` is in microseconds since 1970-01-01 UTC.
///
/// # Errors
/// If the library cannot pack the file, or the code of a document cannot be drawn.
pub(super) fn write(documents: &[FilledDocument<'_>], made_at: i64) -> Result<Vec<u8>, PacketWriteError> {
    let mut docx = letters(made_at);
    docx.document_rels.header_count = documents.len();
    let (mut headers, mut relations, mut pictures) = (vec![], vec![], vec![]);
    for (index, document) in documents.iter().enumerate() {
        let number = index + 1;
        docx.content_type = docx.content_type.add_header();
        docx = docx.add_paragraph(heading(&document.title(), TITLE, 0).align(AlignmentType::Center));
        for (index, block) in document.blocks().iter().enumerate() {
            docx = add(docx, document, block, document.is_kept_with_next(index));
        }
        let section = section(number);
        if number < documents.len() {
            docx = docx.add_paragraph(last_line().section_property(section));
        } else {
            docx.document.section_property = section;
            docx = docx.add_paragraph(last_line());
        }
        let mark = document.mark().text();
        headers.push(header(document, &mark).build());
        relations.push(relation(number).into_bytes());
        pictures.push((format!("code{number}"), QrImage::of(&mark)?.png()?));
    }
    let mut parts = docx.build();
    parts.styles = in_chinese(&parts.styles)?;
    parts.headers = headers;
    parts.header_rels = relations;
    parts.media = pictures;
    let mut file = Cursor::new(vec![]);
    parts.pack(&mut file).map_err(|error| PacketWriteError::of("docx", &error))?;
    Ok(file.into_inner())
}

/// An empty document with its fonts, its styles and the instant at which it was made.
pub(super) fn letters(made_at: i64) -> Docx {
    let letters = RunFonts::new().ascii("Times New Roman").hi_ansi("Times New Roman").east_asia("宋体");
    let heading = |level: usize| {
        let name = format!("heading {}", level + 1);
        Style::new(format!("Heading{}", level + 1), StyleType::Paragraph).name(name).outline_lvl(level)
    };
    let made_at = rfc3339(made_at);
    Docx::new()
        .default_fonts(letters)
        .default_size(BODY)
        .add_style(heading(0))
        .add_style(heading(1))
        .created_at(&made_at)
        .updated_at(&made_at)
}

/// The section of one document, whose pages are counted from 1.
fn section(number: usize) -> SectionProperty {
    let margin =
        PageMargin { top: HEADER, left: SIDE, bottom: FOOT, right: SIDE, header: HEADER, footer: FOOT / 2, gutter: 0 };
    SectionProperty::new()
        .page_size(PageSize::new().size(PAGE.0, PAGE.1))
        .page_margin(margin)
        .page_num_type(PageNumType::new().start(1))
        // Only the name of the header counts here. `write` adds the header of that name to the finished file.
        .header(Header::new(), &create_header_rid(number))
}

fn header(document: &FilledDocument<'_>, mark: &str) -> Header {
    let words = Paragraph::new().add_run(bold(&document.page_header(), HEADER_SIZE));
    let page = Run::new().add_text("第 ").size(HEADER_SIZE);
    let page = Paragraph::new().add_run(page).add_page_num(PageNum::new());
    let page = page.add_run(Run::new().add_text(" 页").size(HEADER_SIZE));
    let mark = Paragraph::new().add_run(Run::new().add_text(mark).size(MARK_SIZE));
    // The picture has no bytes here: they are a file of their own in the package.
    let picture = Pic::new_with_dimensions(vec![], 1, 1).id(PICTURE).size(CODE, CODE);
    let code = Paragraph::new().align(AlignmentType::Right).add_run(Run::new().add_image(picture));
    let cell = |width: usize| TableCell::new().width(width, WidthType::Dxa);
    let cells = vec![
        cell(HEADER_GRID[0]).add_paragraph(words).add_paragraph(page).add_paragraph(mark),
        cell(HEADER_GRID[1]).add_paragraph(code),
    ];
    let table = Table::without_borders(vec![TableRow::new(cells).cant_split()])
        .set_grid(HEADER_GRID.to_vec())
        .width(TEXT_WIDTH, WidthType::Dxa)
        .layout(TableLayoutType::Fixed)
        .margins(TableCellMargins::new().margin(0, 0, 0, 0));
    Header::new().add_table(table).add_paragraph(last_line())
}

/// Names Chinese as the language, which the library does not. Without it some programs show the Japanese forms of the
/// characters.
pub(super) fn in_chinese(styles: &[u8]) -> Result<Vec<u8>, PacketWriteError> {
    const END: &str = "</w:rPr></w:rPrDefault>";
    let text = std::str::from_utf8(styles).map_err(|error| PacketWriteError::of("docx", &error))?;
    let language = format!("<w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\" />{END}");
    Ok(text.replacen(END, &language, 1).into_bytes())
}

fn relation(number: usize) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"{PICTURE}\" \
         Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/image\" \
         Target=\"media/code{number}.png\" /></Relationships>"
    )
}

/// Adds one part of a document. A word processor demands a paragraph after each table.
fn add(docx: Docx, document: &FilledDocument<'_>, block: &Block, is_kept: bool) -> Docx {
    match block {
        Block::Heading(words) => docx.add_paragraph(heading(&document.words(words), HEADING, 1)),
        Block::Paragraph(words) => {
            let first_line = SpecialIndentType::FirstLine(FIRST_LINE);
            let text = body(&document.words(words)).indent(None, Some(first_line), None, None);
            docx.add_paragraph(text.keep_next(is_kept))
        }
        Block::Item(words) => {
            let hanging = SpecialIndentType::Hanging(ITEM.1);
            let text = body(&format!("· {}", document.words(words))).indent(Some(ITEM.0), Some(hanging), None, None);
            docx.add_paragraph(text.keep_next(is_kept))
        }
        Block::Table(rows) => docx.add_table(fields(document, rows, is_kept)).add_paragraph(gap().keep_next(is_kept)),
        Block::Signatures(signers) => {
            docx.add_paragraph(gap().keep_next(true)).add_table(signatures(signers)).add_paragraph(last_line())
        }
        Block::TearOff => docx.add_paragraph(tear_off().keep_next(is_kept)),
    }
}

fn heading(text: &str, size: usize, level: usize) -> Paragraph {
    Paragraph::new()
        .style(&format!("Heading{}", level + 1))
        .keep_next(true)
        .line_spacing(LineSpacing::new().before(110).after(60))
        .add_run(bold(text, size))
}

pub(super) fn bold(text: &str, size: usize) -> Run {
    let letters = RunFonts::new().ascii("Arial").hi_ansi("Arial").east_asia("黑体");
    Run::new().add_text(text).bold().size(size).fonts(letters)
}

fn body(text: &str) -> Paragraph {
    let spacing = LineSpacing::new().line_rule(LineSpacingType::Exact).line(LINE).after(20);
    Paragraph::new().align(AlignmentType::Both).line_spacing(spacing).add_run(Run::new().add_text(text))
}

fn fields(document: &FilledDocument<'_>, rows: &[Vec<Words>], is_kept: bool) -> Table {
    let rows = rows.iter().map(|row| {
        let cells = row.iter().enumerate().map(|(index, words)| {
            let text = Paragraph::new().keep_next(is_kept).add_run(Run::new().add_text(document.words(words)));
            let cell = TableCell::new().vertical_align(VAlignType::Center).add_paragraph(text);
            // In a row with one pair, the value also takes the columns of the missing pair.
            match (row.len(), index) {
                (2, 1) => cell.grid_span(3).width(GRID[1..].iter().sum(), WidthType::Dxa),
                _ => cell.width(GRID.get(index).copied().unwrap_or(GRID[0]), WidthType::Dxa),
            }
        });
        TableRow::new(cells.collect()).cant_split()
    });
    table(rows.collect(), GRID.to_vec())
}

/// The blocks of signature, two side by side. No block is cut by the end of a page, and all stand on one page.
fn signatures(signers: &[Signer]) -> Table {
    let rows = signers.chunks(2).enumerate().map(|(index, pair)| {
        let is_last = (index + 1) * 2 >= signers.len();
        let width = if pair.len() == 1 { TEXT_WIDTH } else { HALF };
        let cells = pair.iter().map(|signer| {
            let cell = TableCell::new().width(width, WidthType::Dxa);
            let cell = if pair.len() == 1 { cell.grid_span(2) } else { cell };
            let line = |line: &&str| {
                let spacing = LineSpacing::new().line_rule(LineSpacingType::AtLeast).line(480);
                Paragraph::new().line_spacing(spacing).keep_next(!is_last).add_run(Run::new().add_text(*line))
            };
            signer.lines().iter().map(line).fold(cell, TableCell::add_paragraph)
        });
        TableRow::new(cells.collect()).row_height(STAMP).height_rule(HeightRule::AtLeast).cant_split()
    });
    table(rows.collect(), vec![HALF, HALF])
}

fn table(rows: Vec<TableRow>, grid: Vec<usize>) -> Table {
    Table::new(rows)
        .set_grid(grid)
        .width(TEXT_WIDTH, WidthType::Dxa)
        .layout(TableLayoutType::Fixed)
        .margins(TableCellMargins::new().margin(40, 100, 40, 100))
}

/// A dashed line as wide as the text.
fn tear_off() -> Paragraph {
    let spacing = LineSpacing::new().before(200).after(200);
    Paragraph::new().align(AlignmentType::Center).line_spacing(spacing).add_run(Run::new().add_text("- ".repeat(60)))
}

/// A narrow empty line between a table and its neighbours.
fn gap() -> Paragraph {
    Paragraph::new().size(2).line_spacing(LineSpacing::new().line_rule(LineSpacingType::Exact).line(100))
}

/// The paragraph with which a section must end, so low that it never needs a page of its own.
fn last_line() -> Paragraph {
    Paragraph::new().size(2).line_spacing(LineSpacing::new().line_rule(LineSpacingType::Exact).line(20))
}
