//! The sentences of a report: employment, progression, and what a reader must know beside them.
//!
//! Invariant: each percentage of a paragraph calls a note with its persons over persons and its definition.

use super::document::{Paragraph, ParagraphPiece};
use crate::app::report::{Report, UnreportedSchool};
use crate::domain::figures::definitions::{Definition, definition};
use crate::domain::figures::populations::{
    DIRECT_EMPLOYMENT, DIRECT_EMPLOYMENT_L0, EMPLOYED, EMPLOYED_BY_ORGANISATION, EXAM_QUALIFIED,
    EXAM_QUALIFIED_UNDERGRADUATE, EXAM_SAT, FURTHER_STUDY, FURTHER_STUDY_L0, FURTHER_STUDY_UNDERGRADUATE, GRADUATES,
    MATCH_UNKNOWN, NOT_EMPLOYED, ON_SPECIALTY, OTHERWISE_EMPLOYED, SELF_EMPLOYED, UNKNOWN,
};
use crate::domain::figures::{self, Figure};

/// A paragraph while it is being written.
struct Writing<'a> {
    report: &'a Report,
    notes: &'a mut Vec<String>,
    pieces: Vec<ParagraphPiece>,
}

impl Writing<'_> {
    fn words(&mut self, words: impl Into<String>) {
        self.pieces.push(ParagraphPiece::Words(words.into()));
    }

    /// A percentage with its note.
    fn rate(&mut self, id: &str) {
        let Some(definition) = definition(id) else { return };
        let figure = figures::figure(definition, &self.report.counts);
        let Some(shown) = &figure.percent else { return self.words("（无此项）") };
        self.words(format!("{shown}%"));
        self.pieces.push(ParagraphPiece::Note(self.notes.len()));
        self.notes.push(note(definition, &figure, self.report));
    }
}

/// The note of a percentage: persons over persons, the definition, and the bounds that the unknown imply.
fn note(definition: &Definition, figure: &Figure, report: &Report) -> String {
    let mut note = format!(
        "{} = {} {} ÷ {} {}（{} v{}）",
        definition.zh,
        definition.numerator.zh,
        figure.numerator,
        definition.denominator.zh(),
        figure.denominator,
        definition.id,
        definition.version
    );
    let unknown =
        [(report.counts.of(&UNKNOWN), "去向未知"), (figures::unjudged(definition, &report.counts), "对口情况未判定")];
    let unknown: Vec<String> = unknown
        .iter()
        .filter(|(persons, _)| *persons > 0)
        .map(|(persons, what)| format!("{persons} 人{what}"))
        .collect();
    if let Some(bounds) = figure.bounds.as_ref().filter(|_| !unknown.is_empty()) {
        let unknown = unknown.join("、");
        note.push_str(&format!("；{unknown}，实际在 {}% 至 {}% 之间", bounds.lower, bounds.upper));
    }
    note
}

/// The paragraph on employment. Its notes are added to `notes`.
pub fn employment(report: &Report, notes: &mut Vec<String>) -> Paragraph {
    let count = |population| report.counts.of(population);
    let mut text = Writing { report, notes, pieces: vec![] };
    text.words(format!(
        "一、就业。{} 年毕业 {} 人，就业（含升学）{} 人，就业率 ",
        report.year,
        count(&GRADUATES),
        count(&EMPLOYED)
    ));
    text.rate("employment_rate");
    text.words(format!(
        "。其中直接就业 {} 人：进入机关和企事业单位 {} 人，合法从事个体经营 {} 人，其他方式就业 {} \
         人，三项之和等于直接就业人数。对口就业 {} 人，占毕业生 ",
        count(&DIRECT_EMPLOYMENT),
        count(&EMPLOYED_BY_ORGANISATION),
        count(&SELF_EMPLOYED),
        count(&OTHERWISE_EMPLOYED),
        count(&ON_SPECIALTY)
    ));
    text.rate("on_specialty_rate_of_graduates");
    text.words("，占直接就业 ");
    text.rate("on_specialty_rate_of_direct_employment");
    text.words(format!(
        "；另有 {} 人对口情况未判定，按不对口计。未就业 {} 人，其中去向未知 {} 人。",
        count(&MATCH_UNKNOWN),
        count(&NOT_EMPLOYED),
        count(&UNKNOWN)
    ));
    Paragraph { pieces: text.pieces }
}

/// The paragraph on further study and its entrance exam. Its notes are added to `notes`.
pub fn progression(report: &Report, notes: &mut Vec<String>) -> Paragraph {
    let count = |population| report.counts.of(population);
    let mut text = Writing { report, notes, pieces: vec![] };
    text.words(format!("二、升学。升入高一级学校并已报到 {} 人，升学率 ", count(&FURTHER_STUDY)));
    text.rate("progression_rate");
    text.words(format!("；其中升入本科 {} 人，占升学 ", count(&FURTHER_STUDY_UNDERGRADUATE)));
    text.rate("undergraduate_progression_rate_of_further_study");
    text.words(format!("。参加职教高考 {} 人，上线 {} 人，上线率 ", count(&EXAM_SAT), count(&EXAM_QUALIFIED)));
    text.rate("exam_pass_rate");
    text.words(format!("，其中本科上线 {} 人，占上线 ", count(&EXAM_QUALIFIED_UNDERGRADUATE)));
    text.rate("exam_undergraduate_rate_of_qualified");
    text.words("。录取而未报到的不计入升学。");
    Paragraph { pieces: text.pieces }
}

/// Says that earlier events at the report's position were lost in a restore, if they were.
pub fn lost(report: &Report) -> Option<String> {
    let (lost, found_on) = report.lost?;
    Some(format!(
        "位置 {} 至 {} 的原有记录在 {found_on} 恢复备份时丢失，现在这些位置上是恢复之后的记录；引用其中位置的旧数字不能再核对，须\
         对照日志头的根。",
        lost.from, lost.to
    ))
}

/// Says that the cut-off has not come yet.
pub fn ahead(report: &Report) -> Option<String> {
    report.is_ahead.then(|| {
        let as_of = report.as_of;
        format!("截止日 {as_of} 还没有到：以下是按目前所知、到那一天仍为真的情况，不是最终数字。")
    })
}

/// Names schools that have a roster and not one destination, and what that does to the figures.
pub fn unreported(report: &Report) -> Option<String> {
    let schools = &report.unreported_schools;
    if schools.is_empty() {
        return None;
    }
    let (graduates, Figure { numerator, denominator, percent, .. }) = report.without_unreported();
    let named = |of: &UnreportedSchool| format!("{}（{}，{} 人）", of.school.name, of.school.code, of.graduates);
    let names: Vec<String> = schools.iter().take(NAMED_MAX).map(named).collect();
    let others = if schools.len() > NAMED_MAX { "等（未填报的名单列出全部）" } else { "" };
    let without = percent.map_or_else(String::new, |percent| {
        format!("；不含这些学校，就业率为 {percent}%（{numerator} ÷ {denominator}）")
    });
    Some(format!(
        "未报去向学校 {} 所：{}{others}；有名册而没有一条去向，其毕业生 {graduates} 人都按去向未知计入未就业{without}。",
        schools.len(),
        names.join("、")
    ))
}

/// The most missing schools that are named. All of a province would not fit into a cell of a workbook.
const NAMED_MAX: usize = 30;

/// What is not in the figures, and what to do about it.
pub fn remarks(report: &Report) -> Vec<String> {
    let mut remarks: Vec<String> = ahead(report).into_iter().collect();
    remarks.push(format!(
        "仅有学校填报、未经佐证审核（L0）：直接就业中 {} 人，升学中 {} 人。",
        report.counts.of(&DIRECT_EMPLOYMENT_L0),
        report.counts.of(&FURTHER_STUDY_L0)
    ));
    if report.conflicts > 0 {
        remarks.push(format!("互相矛盾的记录 {} 处，冻结前须由人处理。", report.conflicts));
    }
    if !report.missing_schools.is_empty() {
        let missing = report.missing_schools.iter();
        let names: Vec<String> =
            missing.take(NAMED_MAX).map(|school| format!("{}（{}）", school.name, school.code)).collect();
        let count = report.missing_schools.len();
        let others = if count > NAMED_MAX { "等（未填报的名单列出全部）" } else { "" };
        remarks.push(format!("缺报学校 {count} 所，不是零：{}{others}；请催报其毕业生名册。", names.join("、")));
    }
    remarks.extend(unreported(report));
    remarks.extend(lost(report));
    if !report.stalled.is_empty() {
        remarks.push(format!("读模型停止更新：{}；请由操作员重建。", report.stalled.join("、")));
    }
    remarks
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    #[test]
    fn every_percentage_of_the_paragraphs_calls_a_note_with_persons_and_definition() {
        let mut notes = vec![];
        let employed = employment(&example::city(), &mut notes).marked();
        let progressed = progression(&example::city(), &mut notes).marked();
        assert!(employed.contains("就业率 75.00%①。"), "{employed}"); // 6 of 8.
        assert!(progressed.contains("升学率 25.00%④；"), "{progressed}"); // 2 of 8.
        assert_eq!(employed.matches('%').count() + progressed.matches('%').count(), notes.len());
        assert_eq!(
            notes[0],
            "就业率（含升学） = 就业（含升学） 6 ÷ 毕业生 8（employment_rate v1）；1 人去向未知，实际在 75.00% 至 87.50% 之间"
        );
    }

    #[test]
    fn over_nobody_no_percentage_is_printed() {
        let mut notes = vec![];
        let text = employment(&example::empty(), &mut notes).marked();
        assert!(!text.contains('%'), "{text}");
        assert!(notes.is_empty());
    }

    #[test]
    fn of_very_many_missing_schools_some_are_named_and_all_counted() {
        let mut report = example::city();
        report.missing_schools = vec![report.missing_schools[0].clone(); 2_300];
        let remarks = remarks(&report).join("");
        assert!(remarks.contains("缺报学校 2300 所") && remarks.contains("等（未填报的名单列出全部）"), "{remarks}");
        assert!(remarks.chars().count() < 2_000);
    }

    #[test]
    fn a_school_without_a_destination_is_named_with_what_it_does_to_the_rate() {
        let school = example::city().missing_schools.remove(0);
        let unreported_schools = vec![UnreportedSchool { school, graduates: 2 }];
        let said = unreported(&Report { unreported_schools, ..example::city() }).unwrap();
        // 6 of 8 are employed; without the two of the school, 6 of 6.
        assert!(said.contains("第九职业学校（33070009，2 人）") && said.contains("100.00%（6 ÷ 6）"), "{said}");
        assert_eq!(unreported(&example::city()), None);
        let of_nobody_else = Report {
            unreported_schools: vec![UnreportedSchool {
                school: example::city().missing_schools.remove(0),
                graduates: 0,
            }],
            ..example::empty()
        };
        assert!(!unreported(&of_nobody_else).unwrap().contains('%'));
    }

    #[test]
    fn a_cut_off_that_has_not_come_is_said_first() {
        let early = Report { is_ahead: true, ..example::city() };
        assert!(remarks(&early)[0].starts_with("截止日 2022-12-31 还没有到"));
        assert!(!remarks(&example::city()).join("").contains("还没有到"));
    }

    #[test]
    fn conflicts_missing_schools_and_stalled_models_are_named_with_what_to_do() {
        let text = remarks(&example::city()).join("\n");
        for wanted in ["矛盾的记录 2 处", "第九职业学校（33070009）", "student_register", "请由操作员重建"]
        {
            assert!(text.contains(wanted), "{wanted}");
        }
        assert_eq!(remarks(&example::empty()).len(), 1);
    }
}
