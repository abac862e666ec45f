//! TRAPS.md: every trap and every faulty row of the sample city, for the people who read the files.

use std::fmt::Write;

use super::{SENT_AGAIN, Sending, Summary, trap::Trap};
use crate::domain::terms::Term;

/// The text of TRAPS.md. Names are masked; there are no numbers of people in it.
pub fn traps_page(summary: &Summary) -> String {
    let mut page = String::from(
        "# 示例城市里的陷阱\n\n本目录的学校、人员、单位都是虚构的。统计日为 2022-12-31。\
         下列各行是有意埋下的：忽略任何一类，都会有一个公布数字出错。行号按电子表格从 1 数起，含标题行；\
         人名只显示姓氏。\n",
    );
    let _ = writeln!(
        page,
        "\n每座城市毕业生 18,081 人：升学 12,339，直接就业 5,408，未就业 334（待就业 196、不就业拟升学 61、其他暂不就业 40、去向不明 37）。\n\
         去向不明的 37 人中，24 人只有不作数的去向（见下），13 人没有任何有效行。\n"
    );
    imports(&mut page, summary);
    for trap in Trap::ALL {
        let lesson = trap.lesson();
        let rows: Vec<_> = summary.planted.iter().filter(|row| row.trap == trap).collect();
        let _ = writeln!(
            page,
            "\n## {}（{} 行）\n\n{}\n\n会出错的数字：{}\n",
            lesson.title,
            rows.len(),
            lesson.what,
            lesson.figure
        );
        let _ = writeln!(page, "| 文件 | 工作表 | 行 | 姓名 |\n|---|---|---|---|");
        for row in rows {
            let _ =
                writeln!(page, "| {} | {} | {} | {} |", row.file.display(), row.sheet, row.row_number, row.masked_name);
        }
    }
    let _ = writeln!(
        page,
        "\n## 应被退回的行（{} 行）\n\n这些行是多出来的；退回它们不影响任何数字；名册上的若收下，毕业生数偏多，去向表上的多数若收下，就业数偏多。\n\n\
         | 文件 | 工作表 | 行 | 应给出的原因 |\n|---|---|---|---|",
        summary.faulty_rows.len()
    );
    for row in &summary.faulty_rows {
        let _ = writeln!(page, "| {} | {} | {} | {} |", row.file.display(), row.sheet, row.row_number, row.reason);
    }
    page
}

/// How to bring the files in: each sending by itself, since a call speaks for one source.
fn imports(page: &mut String, summary: &Summary) {
    let _ = writeln!(page, "\n## 导入\n\n按下列次序导入，一次一个来源；demo 就是这样导入的。\n\n```");
    let _ = writeln!(page, "gradtrail import 学校名单.xlsx 3307*/*.*");
    let _ = writeln!(page, "gradtrail import 3307*/{SENT_AGAIN}/*.*");
    for Sending { files, source, issuer, said_on } in &summary.sendings {
        let (Some(issuer), Some(said_on)) = (issuer, said_on) else { continue };
        for file in files {
            let file = file.display();
            let _ = writeln!(
                page,
                "gradtrail import --source {} --issuer {issuer} --said-on {said_on} {file}",
                source.code()
            );
        }
    }
    let _ = writeln!(
        page,
        "```\n\n第一行是各校最初的名单，第二行是其中几所学校后来又报的（多数行与最初的名单相同），其余是高校的名单。"
    );
}
