//! Statements: what a batch (a file, a form, one answer) says of a student or graduate, kept as it was spoken.
//!
//! Nothing here is computed when it is recorded. What stands is what the batches that were not undone say, per source, in
//! the order in which they were recorded, cell by cell; ends, replacements and corrections follow from that.
//! `timeline` is a person's batches in their order, `review` what a statement rests on and who looked at it, `refusal` what forbids
//! a statement, `facts` what that needs to know.

pub mod facts;
pub mod refusal;
pub mod review;
pub mod timeline;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use strum::VariantArray;

use super::evidence::EvidenceLevel;
use super::ids::{BatchId, StaffId};
use super::terms::{Entry, Term, entry};

/// Who says so. What one source says never changes what another said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, VariantArray, Default)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The office's lists and forms.
    #[default]
    School,
    ClassTeacher,
    /// Through a link that the system itself delivered.
    Graduate,
    /// By hand, by a class code or by a link that staff handed out: nothing confirms who it was.
    GraduateUnconfirmed,
    /// A college's or an exam authority's list.
    Institution,
    /// The register of social insurance, of businesses or of students.
    Register,
    Bureau,
}

impl Term for Source {
    const NAME: &'static str = "来源";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::School, "school", "学校填报", &["学校"]).en("the school"),
        entry(Self::ClassTeacher, "class_teacher", "班主任回访", &["班主任"]),
        entry(Self::Graduate, "graduate", "本人填报", &["本人", "毕业生本人"]).en("the graduate"),
        entry(Self::GraduateUnconfirmed, "graduate_unconfirmed", "本人填报（未经核验）", &[])
            .en("the graduate, not confirmed"),
        entry(Self::Institution, "institution", "院校或考试机构名单", &["院校", "录取名单"])
            .en("list of a college or exam authority"),
        entry(Self::Register, "register", "登记数据", &["社保数据", "学籍数据"]).en("a public register"),
        entry(Self::Bureau, "bureau", "教育局", &[]).en("the bureau"),
    ];
}

impl Source {
    /// What an unreviewed statement of this source is worth.
    pub fn level(self) -> EvidenceLevel {
        match self {
            Self::School | Self::ClassTeacher | Self::GraduateUnconfirmed | Self::Bureau => EvidenceLevel::L0,
            Self::Graduate => EvidenceLevel::L1,
            Self::Institution | Self::Register => EvidenceLevel::L3,
        }
    }

    /// Whether the source sends lists that say anew on a later day what they said before.
    pub fn says_anew(self) -> bool {
        self.level() == EvidenceLevel::L3
    }
}

/// What a cell says of a field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Spoken<T> {
    /// Nothing: what was said before stays.
    #[default]
    Nothing,
    /// That there is none.
    None,
    Value(T),
}

impl<T> Spoken<T> {
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }

    /// The field after this was said.
    pub fn over(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Nothing => before,
            Self::None => None,
            Self::Value(value) => Some(value),
        }
    }

    pub fn as_ref(&self) -> Spoken<&T> {
        match self {
            Self::Nothing => Spoken::Nothing,
            Self::None => Spoken::None,
            Self::Value(value) => Spoken::Value(value),
        }
    }

    pub fn value(self) -> Option<T> {
        self.over(None)
    }

    /// Whether two cells do not say two things.
    pub fn agrees(self, other: Self) -> bool
    where
        T: PartialEq,
    {
        self.is_nothing() || other.is_nothing() || self == other
    }
}

impl<T> From<Option<T>> for Spoken<T> {
    /// An empty cell says nothing.
    fn from(cell: Option<T>) -> Self {
        cell.map_or(Self::Nothing, Self::Value)
    }
}

/// `null` says that there is none; a field that says nothing is left out.
impl<T: Serialize> Serialize for Spoken<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nothing | Self::None => serializer.serialize_none(),
            Self::Value(value) => value.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spoken<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<T>::deserialize(deserializer)?.map_or(Self::None, Self::Value))
    }
}

/// What one batch says of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said<R> {
    pub batch: BatchId,
    pub source: Source,
    /// The day of which the batch speaks.
    pub said_on: Date,
    /// Who recorded it; absent for the operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
    pub rows: Vec<R>,
}

impl<R> Said<R> {
    /// The report day after a row that says something new or anew: the row's own, else the day of which the batch speaks. Of
    /// several rows of the batch about the same, whose order means nothing, the latest. `before` is the batch that had said
    /// it last, and its report day.
    pub fn report_day(&self, of_row: Option<Date>, before: Option<(BatchId, Date)>) -> Date {
        let day = of_row.unwrap_or(self.said_on);
        before.filter(|(batch, _)| *batch == self.batch).map_or(day, |(_, known)| known.max(day))
    }
}

/// What a batch said when it was so already, so that nothing was recorded of it in the person's stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation<R> {
    /// The stream's version at that time.
    pub at: u64,
    pub said: Said<R>,
}

/// What a row does to what was said before (操作).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// It says what is so.
    #[default]
    State,
    /// What it names was never so.
    Withdraw { reason: StatementReason },
    /// What it names was withdrawn, and is so.
    Restore { reason: StatementReason },
    /// What was said from another day on is so from this row's.
    Move { from: Date, reason: StatementReason },
}

impl Operation {
    pub fn is_state(&self) -> bool {
        *self == Self::State
    }
}

/// Why something was never so, is so after all, or is not accepted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum StatementReason {
    #[default]
    EntryError,
    Corrected,
    ReportedByGraduate,
    EmployerDenies,
    EvidenceInsufficient,
    EvidenceForged,
    EvidenceSufficient,
    Other,
}

impl Term for StatementReason {
    const NAME: &'static str = "操作原因";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::EntryError, "entry_error", "填报有误", &[]),
        entry(Self::Corrected, "corrected", "更正", &[]),
        entry(Self::ReportedByGraduate, "reported_by_graduate", "本人反映", &["本人反映不实"])
            .en("reported by the graduate"),
        entry(Self::EmployerDenies, "employer_denies", "单位否认", &[]).en("denied by the employer"),
        entry(Self::EvidenceInsufficient, "evidence_insufficient", "佐证不足", &[]),
        entry(Self::EvidenceForged, "evidence_forged", "佐证虚假", &[]),
        entry(Self::EvidenceSufficient, "evidence_sufficient", "佐证充分", &[]),
        entry(Self::Other, "other", "其他", &[]),
    ];
}

/// What a batch would do: of each row what becomes of it, or why it says nothing.
pub type Weighed = Vec<Result<Effect, refusal::StatementRefusal>>;

/// What becomes of a row, given everything that was said before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It says what is so, and something else than before.
    Changes,
    /// Its source says so already.
    Confirms,
    /// So, too, but another row of its batch changes something of the same day, and the two belong together.
    Accompanies,
    /// It is recorded, and stands once what holds it is undone: its subject was withdrawn.
    Held,
    /// It was held before, too.
    HeldAlready,
}
