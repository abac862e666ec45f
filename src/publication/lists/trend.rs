//! Figures over the years, what was published of years before the system, and what each figure means.

use super::{Lang, SCHOOL, left, list, right, word};
use crate::app::trend::{Basis, Trend, TrendPoint};
use crate::domain::figures::definitions::{Definition, Denominator, OpenFigure, definition};
use crate::projections::published_figures::Published;
use crate::publication::list::{ListColumn, ListValue, Listing};
use crate::publication::meanings::meaning;
use crate::text::lang::{Sentence, number_of, say};

/// The columns of a trend.
pub(super) fn trend_columns() -> Vec<ListColumn> {
    vec![
        left("figure", "编号", "id"),
        left("name", "指标", "figure"),
        right("year", "届", "year"),
        left("basis", "依据", "basis"),
        right("numerator", "分子", "numerator"),
        right("denominator", "分母", "denominator"),
        right("percent", "比率", "rate"),
        left("version", "定义版本", "definition"),
        left("as_of", "截止日或公布日", "cut-off or publication"),
        left("title", "刊载于", "published in"),
        right("position", "由哪条记录", "recorded as"),
    ]
}

pub(super) fn trend(trend: &Trend, lang: Lang) -> Listing {
    let (first, last) = trend.years;
    let whose = match (trend.scope.school(), &trend.school_name) {
        (None, _) => lang.of("全市", "the city").to_owned(),
        (Some(code), name) => name.clone().unwrap_or_else(|| code.to_string()),
    };
    let title = (
        format!("{whose} {first} 届至 {last} 届的指标"),
        format!("Figures of {whose}, graduates of {first} to {last}"),
    );
    let empty = (
        "这些年份没有毕业生，也没有登记公布的数字；可以登记以前公布的数字",
        "These years have no graduates and no published figures; figures that were published then can be recorded",
    );
    let row = |point: &TrendPoint| {
        let (as_of, title, position) = match &point.basis {
            Basis::Counted { as_of, .. } => (*as_of, ListValue::Nothing, ListValue::Nothing),
            Basis::Published(of) => (of.published_on, of.of.title.as_str().into(), of.position.into()),
        };
        vec![
            point.definition.id.into(),
            lang.of(point.definition.zh, point.definition.en).into(),
            i64::from(point.year).into(),
            basis(point).in_lang(lang).into(),
            point.figure.numerator.into(),
            point.figure.denominator.into(),
            point.figure.percent.as_ref().map(|percent| format!("{percent}%")).into(),
            version(point, lang).into(),
            as_of.into(),
            title,
            position,
        ]
    };
    Listing { rows: trend.points.iter().map(row).collect(), ..list(lang, title, trend_columns(), empty) }
}

/// On what a point rests.
pub fn basis(point: &TrendPoint) -> Sentence {
    match &point.basis {
        Basis::Counted { is_ahead: false, .. } => say("逐人统计", "counted"),
        Basis::Counted { is_ahead: true, .. } => say("逐人统计，截止日未到", "counted, before the cut-off"),
        Basis::Published(_) => say("公布，未经核实", "published, not proven"),
    }
}

/// Under which version of the definition a point was counted.
pub fn version(point: &TrendPoint, lang: Lang) -> String {
    point.version().map_or_else(|| lang.of("定义不同或不明", "another or unknown").to_owned(), |of| format!("v{of}"))
}

pub(super) fn publications(standing: &[Published], lang: Lang) -> Listing {
    let title = (
        format!("以前公布的数字：{} 项", standing.len()),
        format!("Published before: {}", number_of(standing.len(), "figure")),
    );
    let columns = vec![
        SCHOOL,
        right("year", "届", "year"),
        left("figure", "编号", "id"),
        left("name", "指标", "figure"),
        right("numerator", "分子", "numerator"),
        right("denominator", "分母", "denominator"),
        left("definition", "口径", "definition"),
        left("medium", "刊载处", "medium"),
        left("title", "刊载于", "published in"),
        left("published_on", "公布日期", "published on"),
        right("version", "第几号", "number"),
        right("position", "由哪条记录", "recorded as"),
    ];
    let empty = (
        "没有登记以前公布的数字；系统启用以前各届的数字可以照公布的登记",
        "No published figure is on record; those of years before the system can be recorded as they were published",
    );
    let row = |published: &Published| {
        let of = &published.of;
        let version = of.definition_version.map(|version| format!("v{version}"));
        vec![
            published.school.as_ref().map_or(lang.of("全市", "the city"), |school| school.as_str()).into(),
            i64::from(published.year).into(),
            of.figure.as_str().into(),
            name(&of.figure, lang).into(),
            of.numerator.into(),
            of.denominator.into(),
            version.unwrap_or_else(|| lang.of("不同或不明", "another or unknown").to_owned()).into(),
            word(of.medium, lang),
            of.title.as_str().into(),
            published.published_on.into(),
            published.version.into(),
            published.position.into(),
        ]
    };
    Listing { rows: standing.iter().map(row).collect(), ..list(lang, title, columns, empty) }
}

fn name(figure: &str, lang: Lang) -> String {
    definition(figure).map_or_else(|| figure.to_owned(), |of| lang.of(of.zh, of.en).to_owned())
}

pub(super) fn definitions(definitions: &[OpenFigure], lang: Lang) -> Listing {
    let title = (format!("定义：{} 项", definitions.len()), format!("Definitions: {}", definitions.len()));
    let columns = vec![
        left("id", "编号", "id"),
        left("version", "版本", "version"),
        left("name", "名称", "name"),
        left("numerator", "分子", "numerator"),
        left("denominator", "分母", "denominator"),
        left("meaning", "谁算在内", "who counts"),
    ];
    let row = |of: &OpenFigure| {
        let (version, numerator, denominator) = match of {
            OpenFigure::Rate(definition) => {
                let [numerator, denominator] = formula(definition).map(|part| part.in_lang(lang).to_owned());
                (definition.version, numerator.into(), denominator.into())
            }
            OpenFigure::Count(population) => (population.version, ListValue::Nothing, ListValue::Nothing),
        };
        vec![
            of.id().into(),
            format!("v{version}").into(),
            lang.of(of.zh().to_owned(), of.en()).into(),
            numerator,
            denominator,
            who_counts(*of).in_lang(lang).into(),
        ]
    };
    let rows = definitions.iter().map(row).collect();
    Listing { rows, ..list(lang, title, columns, ("没有这样的定义", "There is no such definition")) }
}

/// What is divided by what, in words.
pub fn formula(definition: &Definition) -> [Sentence; 2] {
    let denominator = match definition.denominator {
        Denominator::All(population) => say(population.zh, population.en()),
        Denominator::Less(whole, part) => {
            say(format!("{}减去{}", whole.zh, part.zh), format!("{} less {}", whole.en(), part.en()))
        }
    };
    [say(definition.numerator.zh, definition.numerator.en()), denominator]
}

/// Who is counted: of a rate, who is in its numerator.
pub fn who_counts(of: OpenFigure) -> Sentence {
    match of {
        OpenFigure::Rate(definition) => meaning(definition.numerator),
        OpenFigure::Count(population) => meaning(population),
    }
}
