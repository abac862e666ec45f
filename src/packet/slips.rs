//! Invitations on paper: a slip for each member of staff, to be cut apart and handed over in person.

use std::io::Cursor;

use docx_rs::{
    AlignmentType, BorderType, Docx, LineSpacing, PageMargin, Paragraph, Pic, Run, Table, TableCell, TableCellBorder,
    TableCellBorderPosition, TableCellMargins, TableLayoutType, TableRow, VAlignType, WidthType,
};
use jiff::civil::Date;

use super::docx::{PAGE, SIDE, TEXT_WIDTH, bold, in_chinese, letters};
use super::error::PacketWriteError;
use super::qr_image::QrImage;

/// The columns of a slip: its words, and the code.
const GRID: [usize; 2] = [7_464, 2_400];
/// The side of the code: 32 mm in English metric units of 1/36000 mm.
const CODE: u32 = 32 * 36_000;
/// Sizes of letters in half points.
const NAME: usize = 28;
const SECRET: usize = 26;
const BODY: usize = 20;

/// What the slip of one member of staff says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip<'a> {
    pub school: &'a str,
    pub name: &'a str,
    /// The Chinese name of the role.
    pub role: &'a str,
    pub class: Option<&'a str>,
    /// What the staff list says that the account signs in with.
    pub login: Option<&'a str>,
    /// The code of the invitation, as it is typed.
    pub secret: &'a str,
    /// The last day on which it holds.
    pub until: Date,
    /// Scheme, host and port of the server, where that is known.
    pub address: Option<&'a str>,
}

impl Slip<'_> {
    /// What the code says: the page with the invitation behind the `#`, which no browser sends; without an address the
    /// invitation alone.
    fn coded(&self) -> String {
        match self.address {
            Some(address) => format!("{address}/invitation#{}", self.secret),
            None => self.secret.to_owned(),
        }
    }

    fn lines(&self) -> [String; 3] {
        let page = match self.address {
            Some(address) => format!("扫码，或打开 {address}/invitation 输入邀请码，"),
            None => "打开本系统网页的“设置登录”（/invitation），输入邀请码，".to_owned(),
        };
        let login = self.login.map_or(String::new(), |login| format!("登录名：{login}。"));
        [
            format!("{login}{page}自己设置密码和动态码。"),
            format!("有效至 {}，只能用一次；过期或遗失，请校长或市局重新邀请。", self.until),
            "只给本人；不要拍照、转发。用过即可销毁。".to_owned(),
        ]
    }
}

/// Writes the slips in order, for a word processor. `made_at` is in microseconds since 1970-01-01 UTC.
///
/// # Errors
/// If the library cannot pack the file, or a code cannot be drawn.
pub fn write(slips: &[Slip<'_>], made_at: i64) -> Result<Vec<u8>, PacketWriteError> {
    let margin = PageMargin { top: SIDE, left: SIDE, bottom: SIDE, right: SIDE, header: 0, footer: 0, gutter: 0 };
    let rows = slips.iter().map(row).collect::<Result<Vec<_>, _>>()?;
    let table = Table::without_borders(rows)
        .set_grid(GRID.to_vec())
        .width(TEXT_WIDTH, WidthType::Dxa)
        .layout(TableLayoutType::Fixed)
        .margins(TableCellMargins::new().margin(120, 100, 120, 100));
    let docx: Docx = letters(made_at).page_size(PAGE.0, PAGE.1).page_margin(margin).add_table(table);
    let mut parts = docx.build();
    parts.styles = in_chinese(&parts.styles)?;
    let mut file = Cursor::new(vec![]);
    parts.pack(&mut file).map_err(|error| PacketWriteError::of("docx", &error))?;
    Ok(file.into_inner())
}

/// One slip, above and below which is cut.
fn row(slip: &Slip<'_>) -> Result<TableRow, PacketWriteError> {
    let text = |text: String, size: usize| {
        let spacing = LineSpacing::new().after(60);
        Paragraph::new().line_spacing(spacing).keep_next(true).add_run(Run::new().add_text(text).size(size))
    };
    let class = slip.class.map_or(String::new(), |class| format!("（{class}）"));
    let whom = Paragraph::new()
        .line_spacing(LineSpacing::new().after(60))
        .add_run(bold(slip.name, NAME))
        .add_run(Run::new().add_text(format!("　{}　{}{class}", slip.school, slip.role)).size(BODY));
    let secret = Paragraph::new().line_spacing(LineSpacing::new().after(60)).add_run(bold(slip.secret, SECRET));
    let picture = QrImage::of(&slip.coded())?.png()?;
    let picture = Pic::new_with_dimensions(picture, 1, 1).size(CODE, CODE);
    let code = Paragraph::new().align(AlignmentType::Right).add_run(Run::new().add_image(picture));
    let cell = |width: usize| {
        let cut = TableCellBorder::new(TableCellBorderPosition::Bottom).border_type(BorderType::Dashed);
        TableCell::new().width(width, WidthType::Dxa).vertical_align(VAlignType::Center).set_border(cut)
    };
    let words = slip.lines().into_iter().map(|line| text(line, BODY));
    let words = words.fold(cell(GRID[0]).add_paragraph(whom).add_paragraph(secret), TableCell::add_paragraph);
    Ok(TableRow::new(vec![words, cell(GRID[1]).add_paragraph(code)]).cant_split())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn slip(address: Option<&'static str>) -> Slip<'static> {
        Slip {
            school: "一中",
            name: "钱五",
            role: "就业办",
            class: None,
            login: Some("t01"),
            secret: "01234-56789-ABCDE-FGHJK-MNPQR-S",
            until: date(2023, 7, 8),
            address,
        }
    }

    #[test]
    fn a_code_leads_to_the_page_where_the_address_is_known_and_says_the_invitation_alone_where_not() {
        assert_eq!(
            slip(Some("https://jy.example.cn")).coded(),
            "https://jy.example.cn/invitation#01234-56789-ABCDE-FGHJK-MNPQR-S"
        );
        assert_eq!(slip(None).coded(), "01234-56789-ABCDE-FGHJK-MNPQR-S");
    }

    #[test]
    fn each_slip_has_its_code_in_words_and_as_a_picture() {
        let slips = [slip(None), slip(Some("https://jy.example.cn"))];
        let file = write(&slips, 1_000_000).unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
        let is_picture = |name: &std::borrow::Cow<'_, str>| name.starts_with("word/media/") && name.ends_with(".png");
        let pictures = archive.file_names().filter(|name| name.as_ref().is_ok_and(is_picture)).count();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut archive.by_name("word/document.xml").unwrap(), &mut text).unwrap();
        assert_eq!((pictures, text.matches(slips[0].secret).count()), (2, 2));
    }
}
