//! What a figure means: in words, as a formula, who counts, and its versions.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;

use super::frame::{Frame, Visit};
use crate::app::actions::Question;
use crate::app::definitions::ListDefinitions;
use crate::app::reply::Reply;
use crate::domain::figures::definitions::{BoundsRule, Definition, Denominator, OpenFigure, SOURCE};
use crate::domain::figures::populations::Population;
use crate::publication::lists::trend::formula;
use crate::publication::meanings::meaning;
use crate::web::error::Error;
use crate::web::session::Site;

#[derive(Template)]
#[template(path = "definition.html")]
struct DefinitionPage {
    frame: Frame,
    name: String,
    /// What is divided by what.
    formula: Option<[String; 2]>,
    /// The populations in it: name, where it is defined, who belongs to it, and the condition itself.
    populations: Vec<(String, String, String, &'static str)>,
    bounds: &'static str,
    versions: Vec<Version>,
    source: &'static str,
}

struct Version {
    id: &'static str,
    version: u32,
    since: Option<i16>,
    /// The populations with their versions.
    text: String,
}

/// What a figure means.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Path(figure): Path<String>,
) -> Result<Html<String>, Error> {
    let question = Question::Definitions(ListDefinitions { figure: Some(figure) });
    let Reply::Definitions(versions) = site.app.ask(&caller, &question).await? else { return Err(Error::NotFound) };
    let latest = versions.iter().max_by_key(|of| version(**of).version).copied().ok_or(Error::NotFound)?;
    let populations = match latest {
        OpenFigure::Rate(definition) => populations_of(definition),
        OpenFigure::Count(population) => vec![population],
    };
    let described = |population: &&'static Population| {
        let name = frame.lang.of(population.zh.to_owned(), population.en());
        (name, address(population.id), frame.said(&meaning(population)), population.predicate)
    };
    let page = DefinitionPage {
        name: frame.lang.of(latest.zh().to_owned(), latest.en()),
        formula: match latest {
            OpenFigure::Rate(definition) => Some(formula(definition).map(|part| frame.said(&part))),
            OpenFigure::Count(_) => None,
        },
        populations: populations.iter().map(described).collect(),
        bounds: bounds(&frame, latest),
        versions: versions.into_iter().map(version).collect(),
        source: SOURCE,
        frame,
    };
    Ok(Html(page.render()?))
}

/// Where a figure is defined.
pub(super) fn address(figure: &str) -> String {
    format!("/definitions/{figure}")
}

fn populations_of(definition: &Definition) -> Vec<&'static Population> {
    let of_denominator = match definition.denominator {
        Denominator::All(population) => vec![population],
        Denominator::Less(whole, part) => vec![whole, part],
    };
    [definition.numerator].into_iter().chain(of_denominator).collect()
}

fn version(of: OpenFigure) -> Version {
    match of {
        OpenFigure::Rate(definition) => Version {
            id: definition.id,
            version: definition.version,
            since: Some(definition.since_year),
            text: format!("{} ÷ {}", definition.numerator.id_and_version(), definition.denominator.versions()),
        },
        OpenFigure::Count(population) => {
            Version { id: population.id, version: population.version, since: None, text: population.id_and_version() }
        }
    }
}

/// How the unknown would move a figure, in words.
fn bounds(frame: &Frame, of: OpenFigure) -> &'static str {
    let OpenFigure::Rate(definition) = of else { return "" };
    match definition.bounds {
        BoundsRule::None => frame.say("未知的不影响这个指标。", "Nothing that is unknown moves it."),
        BoundsRule::Numerator => frame.say(
            "去向未知的都在分母里。旁边的范围是：他们都不算，和都算在分子里。",
            "The unknown are in the denominator. The bounds beside it are: none of them counted, and all of them in the numerator.",
        ),
        BoundsRule::NumeratorAndDenominator => frame.say(
            "去向未知的不在分母里。旁边的范围是把他们加进分母：都不算，和都算在分子里。",
            "The unknown are not in the denominator. The bounds beside it add them to it: none, and all of them in the numerator.",
        ),
    }
}
