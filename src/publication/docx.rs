//! The report for word processors: A4, notes at the foot of the page. Tables repeat their headings on every page, and
//! the end of a page cuts no row.

use std::io::Cursor;

use docx_rs::{
    AlignmentType, Docx, Footer, Footnote, Header, LineSpacing, NumPages, PageMargin, PageNum, Paragraph, Run,
    RunFonts, Shading, Style, StyleType, Table, TableCell, TableCellMargins, TableLayoutType, TableRow, VAlignType,
    WidthType,
};
use thiserror::Error;

use super::document::{Document, ParagraphPiece, ReportRow, ReportTable};

/// A4 with 20 mm at each side. Lengths here are in twentieths of a point.
const PAGE: (u32, u32) = (11_906, 16_838);
const MARGIN: i32 = 1_134;
const TEXT_WIDTH: usize = 9_638;
/// Sizes of letters in half points.
const TITLE: usize = 32;
const HEADING: usize = 24;
const BODY: usize = 21;
const SMALL: usize = 17;
/// The size of the letters of a table, by the most cells that its columns take together.
const TABLE_SIZES: [(usize, usize); 2] = [(80, SMALL), (105, 16)];
const TINY: usize = 14;
/// A column of words counts as no wider than this when the page is shared out.
const WORDS_MAX: usize = 36;
/// A column of words of at most so many cells is not folded.
const SHORT: usize = 10;
/// The least width of all folded columns of a table together.
const LONG_MIN: usize = 1_200;
const CELL_MARGIN: usize = 60;
/// A table of at most so many rows is kept on one page.
const ROWS_TOGETHER: usize = 24;

/// Why a report could not be written.
#[derive(Debug, Error)]
pub enum DocxError {
    #[error(transparent)]
    Pack(#[from] std::io::Error),
    #[error("a table has no heading to repeat")]
    NoHeading,
}

/// Writes the report.
///
/// # Errors
/// If the library cannot pack the file, or writes tables otherwise than this file expects.
pub fn write(document: &Document) -> Result<Vec<u8>, DocxError> {
    let mut docx = page(document);
    docx = docx.add_paragraph(heading(&document.title, TITLE, 0).align(AlignmentType::Center));
    for (name, value) in &document.about {
        docx = docx.add_paragraph(small(&format!("{name}：{value}")));
    }
    for paragraph in &document.paragraphs {
        let pieces = paragraph.pieces.iter().map(|piece| run(piece, &document.notes));
        let begun = Paragraph::new().align(AlignmentType::Both).line_spacing(LineSpacing::new().before(160));
        docx = docx.add_paragraph(pieces.fold(begun, Paragraph::add_run));
    }
    docx = docx.add_paragraph(Paragraph::new());
    for remark in &document.remarks {
        docx = docx.add_paragraph(small(remark));
    }
    for table in &document.tables {
        docx = add_table(docx, table, HEADING);
    }
    let title = heading("附录 指标与人群的定义", HEADING, 0).page_break_before(true);
    docx = docx.add_paragraph(title);
    for table in &document.appendix {
        docx = add_table(docx, table, HEADING);
    }
    let mut parts = docx.build();
    parts.document = with_repeated_headings(&parts.document, document.tables.len() + document.appendix.len())?;
    let mut file = Cursor::new(vec![]);
    parts.pack(&mut file).map_err(std::io::Error::other)?;
    Ok(file.into_inner())
}

/// An empty document with its page size, its fonts, and the header and footer of each page.
fn page(document: &Document) -> Docx {
    let letters = RunFonts::new().ascii("Times New Roman").hi_ansi("Times New Roman").east_asia("宋体");
    let header = Paragraph::new().align(AlignmentType::Right).add_run(Run::new().add_text(&document.stamp).size(SMALL));
    let footer = Paragraph::new()
        .align(AlignmentType::Center)
        .add_run(Run::new().add_text("第 ").size(SMALL))
        .add_page_num(PageNum::new())
        .add_run(Run::new().add_text(" 页，共 ").size(SMALL))
        .add_num_pages(NumPages::new())
        .add_run(Run::new().add_text(" 页").size(SMALL));
    let margin = PageMargin {
        top: MARGIN,
        left: MARGIN,
        bottom: MARGIN,
        right: MARGIN,
        header: MARGIN / 2,
        footer: MARGIN / 2,
        gutter: 0,
    };
    let made_at = crate::text::instants::rfc3339(document.made_at);
    let heading = |level: usize| {
        let name = format!("heading {}", level + 1);
        Style::new(format!("Heading{}", level + 1), StyleType::Paragraph).name(name).outline_lvl(level)
    };
    Docx::new()
        .page_size(PAGE.0, PAGE.1)
        .page_margin(margin)
        .default_fonts(letters)
        .default_size(BODY)
        .add_style(heading(0))
        .add_style(heading(1))
        .header(Header::new().add_paragraph(header))
        .footer(Footer::new().add_paragraph(footer))
        .created_at(&made_at)
        .updated_at(&made_at)
}

fn heading(text: &str, size: usize, level: usize) -> Paragraph {
    let letters = RunFonts::new().ascii("Arial").hi_ansi("Arial").east_asia("黑体");
    Paragraph::new()
        .style(&format!("Heading{}", level + 1))
        .keep_next(true)
        .line_spacing(LineSpacing::new().before(240).after(80))
        .add_run(Run::new().add_text(text).bold().size(size).fonts(letters))
}

fn small(text: &str) -> Paragraph {
    Paragraph::new().add_run(Run::new().add_text(text).size(SMALL))
}

fn run(piece: &ParagraphPiece, notes: &[String]) -> Run {
    match piece {
        ParagraphPiece::Words(words) => Run::new().add_text(words),
        ParagraphPiece::Note(index) => {
            let note = notes.get(*index).map(String::as_str).unwrap_or_default();
            // The note is numbered here, because the library counts on from one document of the process to the next.
            Run::new().add_footnote_reference(Footnote { id: index + 1, content: vec![small(&format!(" {note}"))] })
        }
    }
}

fn add_table(docx: Docx, table: &ReportTable, size: usize) -> Docx {
    let cells: usize = table.widths().iter().sum();
    let letters = TABLE_SIZES.iter().find(|(most, _)| cells <= *most).map_or(TINY, |(_, size)| *size);
    let widths = column_widths(table, letters);
    let headings = table.columns.iter().zip(&widths).map(|(column, width)| {
        let text = Run::new().add_text(&column.heading).bold().size(letters);
        let paragraph = Paragraph::new().align(AlignmentType::Center).keep_next(true).add_run(text);
        TableCell::new().width(*width, WidthType::Dxa).shading(Shading::new().fill("E8EEF4")).add_paragraph(paragraph)
    });
    let mut rows = vec![TableRow::new(headings.collect()).cant_split()];
    let last = table.rows.len().saturating_sub(1);
    rows.extend(table.rows.iter().enumerate().map(|(index, row)| {
        let keep_next = index < last && table.rows.len() <= ROWS_TOGETHER;
        word_row(row, table, &widths, letters, keep_next)
    }));
    let written = Table::new(rows)
        .set_grid(widths)
        .width(TEXT_WIDTH, WidthType::Dxa)
        .layout(TableLayoutType::Fixed)
        .margins(TableCellMargins::new().margin(30, CELL_MARGIN, 30, CELL_MARGIN));
    let docx = docx.add_paragraph(heading(&table.title, size, 1)).add_table(written);
    let note = table.note.as_ref().map_or_else(Paragraph::new, |note| small(&format!("注：{note}")));
    docx.add_paragraph(note)
}

fn word_row(row: &ReportRow, table: &ReportTable, widths: &[usize], letters: usize, keep_next: bool) -> TableRow {
    let cells = row.cells.iter().zip(&table.columns).zip(widths).map(|((cell, column), width)| {
        let text = Run::new().add_text(cell.shown()).size(letters);
        let text = if row.is_total { text.bold() } else { text };
        let align = if column.is_text { AlignmentType::Left } else { AlignmentType::Right };
        let paragraph = Paragraph::new().align(align).keep_next(keep_next).add_run(text);
        let cell = TableCell::new().width(*width, WidthType::Dxa).vertical_align(VAlignType::Center);
        cell.add_paragraph(paragraph)
    });
    TableRow::new(cells.collect()).cant_split()
}

/// The width of each column. Numbers and short words get what they need, and long words share what is left.
fn column_widths(table: &ReportTable, letters: usize) -> Vec<usize> {
    let cells = table.widths();
    // Half a Chinese character takes a quarter of the size in points. Bold Latin letters of some fonts take more.
    let needed: Vec<usize> = cells.iter().map(|cells| cells * letters * 7 + 2 * CELL_MARGIN + 20).collect();
    let scaled = |widths: &[usize], room: usize| -> Vec<usize> {
        let sum = widths.iter().sum::<usize>().max(1);
        widths.iter().map(|width| width * room / sum).collect()
    };
    let is_long = |index: usize| table.columns.get(index).is_some_and(|column| column.is_text) && cells[index] > SHORT;
    let short: usize = needed.iter().enumerate().filter(|(index, _)| !is_long(*index)).map(|(_, width)| width).sum();
    if needed.iter().sum::<usize>() <= TEXT_WIDTH || short + LONG_MIN > TEXT_WIDTH {
        return scaled(&needed, TEXT_WIDTH);
    }
    let long: Vec<usize> =
        cells.iter().enumerate().map(|(i, cells)| if is_long(i) { (*cells).min(WORDS_MAX) } else { 0 }).collect();
    let shares = scaled(&long, TEXT_WIDTH - short);
    needed.into_iter().zip(shares).enumerate().map(|(i, (own, share))| if is_long(i) { share } else { own }).collect()
}

/// Marks the first row of each table as its heading, which the library cannot do.
fn with_repeated_headings(document: &[u8], tables: usize) -> Result<Vec<u8>, DocxError> {
    const FIRST_ROW: &str = "</w:tblGrid><w:tr><w:trPr>";
    let text = String::from_utf8_lossy(document);
    if text.matches(FIRST_ROW).count() != tables {
        return Err(DocxError::NoHeading);
    }
    Ok(text.replace(FIRST_ROW, &format!("{FIRST_ROW}<w:tblHeader />")).into_bytes())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::super::{compose, example};
    use super::*;

    fn part(file: Vec<u8>, name: &str) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn every_table_repeats_its_heading_and_cuts_no_row() {
        let document = compose(&example::full());
        let text = part(write(&document).unwrap(), "word/document.xml");
        let tables = document.tables.iter().chain(&document.appendix);
        assert_eq!(text.matches("<w:tblHeader />").count(), tables.clone().count());
        assert_eq!(text.matches("<w:cantSplit />").count(), tables.map(|table| table.rows.len() + 1).sum::<usize>());
    }

    #[test]
    fn notes_are_footnotes_and_pages_carry_position_root_and_number() {
        let document = compose(&example::full());
        let file = write(&document).unwrap();
        let notes = part(file.clone(), "word/footnotes.xml");
        assert_eq!(notes.matches("<w:footnote ").count(), document.notes.len());
        assert!(notes.contains("employment_rate v1"));
        assert!(part(file.clone(), "word/header1.xml").contains("位置 42 · 日志根 0123456789abcdef…"));
        assert!(part(file, "word/footer1.xml").contains("PAGE"));
    }

    #[test]
    fn columns_share_the_page_and_no_more() {
        let document = compose(&example::full());
        for table in document.tables.iter().chain(&document.appendix) {
            let widths = column_widths(table, SMALL);
            assert!(widths.iter().sum::<usize>() <= TEXT_WIDTH, "{widths:?}");
            assert!(widths.iter().all(|width| *width > 2 * CELL_MARGIN), "{widths:?}");
        }
    }
}
