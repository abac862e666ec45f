//! Who is counted: named, versioned predicates over a graduate's situation in the read model *cohort outcomes*.
//!
//! A predicate is the SQL condition itself, over the facts of one day, so that what is counted is read in one place.
//! Invariant: a released population is never edited; another meaning is another version.

/// A population: persons of a cohort for whom `predicate` holds on the day asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Population {
    pub id: &'static str,
    pub version: u32,
    pub zh: &'static str,
    pub predicate: &'static str,
}

impl Population {
    /// As it is printed: `employed v1`.
    pub fn id_and_version(&self) -> String {
        format!("{} v{}", self.id, self.version)
    }

    /// The English name: the words of its id, with what evidence level L0 means.
    pub fn en(&self) -> String {
        let (words, level) = match self.id.strip_suffix("_l0") {
            Some(words) => (words, ", stated by the school only"),
            None => (self.id, ""),
        };
        format!("{}{level}", words.replace('_', " "))
    }
}

const fn v1(id: &'static str, zh: &'static str, predicate: &'static str) -> Population {
    Population { id, version: 1, zh, predicate }
}

/// Graduation confirmed, its day in the year and not after the cut-off; not 结业, 转出, 退学.
pub const GRADUATES: Population = v1("graduates", "毕业生", "standing = 'graduated'");

/// 升学: registered by the day and not left again; admission alone never counts.
pub const FURTHER_STUDY: Population =
    v1("further_study", "升学", "standing = 'graduated' and study_state = 'registered'");

/// 直接就业: not in further study, and the deciding statement is of employment.
pub const DIRECT_EMPLOYMENT: Population = v1(
    "direct_employment",
    "直接就业",
    "standing = 'graduated' and coalesce(study_state, '') <> 'registered' and job_v1_kind is not null",
);

/// 就业 = 直接就业 + 升学.
pub const EMPLOYED: Population = v1(
    "employed",
    "就业（含升学）",
    "standing = 'graduated' and (study_state = 'registered' or job_v1_kind is not null)",
);

/// Direct employment that only the school states (evidence level L0).
pub const DIRECT_EMPLOYMENT_L0: Population = v1(
    "direct_employment_l0",
    "直接就业中仅有学校填报",
    "standing = 'graduated' and coalesce(study_state, '') <> 'registered' and job_v1_level = 'L0'",
);

/// Direct employment at a government body, a public institution or an enterprise, or in the army.
pub const EMPLOYED_BY_ORGANISATION: Population = v1(
    "employed_by_organisation",
    "进入机关和企事业单位",
    "standing = 'graduated' and coalesce(study_state, '') <> 'registered' and job_v1_employment = 'organisation'",
);

/// Direct employment in a business of one's own.
pub const SELF_EMPLOYED: Population = v1(
    "self_employed",
    "合法从事个体经营",
    "standing = 'graduated' and coalesce(study_state, '') <> 'registered' and job_v1_employment = 'self_employed'",
);

/// Direct employment of every other kind.
pub const OTHERWISE_EMPLOYED: Population = v1(
    "otherwise_employed",
    "其他方式就业",
    "standing = 'graduated' and coalesce(study_state, '') <> 'registered' and job_v1_employment = 'otherwise'",
);

/// 对口: direct employment judged level 1 or 2.
pub const ON_SPECIALTY: Population = v1(
    "on_specialty",
    "对口就业",
    "standing = 'graduated' and coalesce(study_state, '') <> 'registered' and job_v1_match in ('near', 'full')",
);

/// Direct employment that nobody judged; counts as not on-specialty.
pub const MATCH_UNKNOWN: Population = v1(
    "match_unknown",
    "对口情况未判定",
    "standing = 'graduated' and coalesce(study_state, '') <> 'registered' and job_v1_kind is not null \
     and job_v1_match is null",
);

/// Further study at undergraduate level, vocational or general.
pub const FURTHER_STUDY_UNDERGRADUATE: Population = v1(
    "further_study_undergraduate",
    "升入本科",
    "standing = 'graduated' and study_state = 'registered' \
     and study_level in ('vocational_undergraduate', 'general_undergraduate')",
);

/// Further study that only the school states (evidence level L0).
pub const FURTHER_STUDY_L0: Population = v1(
    "further_study_l0",
    "升学中仅有学校填报",
    "standing = 'graduated' and study_state = 'registered' and study_evidence = 'L0'",
);

/// 未就业 = 毕业生 − 就业.
pub const NOT_EMPLOYED: Population = v1(
    "not_employed",
    "未就业",
    "standing = 'graduated' and coalesce(study_state, '') <> 'registered' and job_v1_kind is null",
);

/// Not employed and looking for a job.
pub const SEEKING: Population = v1(
    "seeking",
    "待就业",
    "standing = 'graduated' and coalesce(study_state, '') <> 'registered' and job_v1_kind is null \
     and not_employed_v1_kind = 'seeking'",
);

/// Not employed and preparing for further study.
pub const INTENDS_TO_STUDY: Population = v1(
    "intends_to_study",
    "不就业拟升学",
    "standing = 'graduated' and coalesce(study_state, '') <> 'registered' and job_v1_kind is null \
     and not_employed_v1_kind = 'intends_to_study'",
);

/// Not employed and, for now, not looking for a job for another reason.
pub const NOT_SEEKING: Population = v1(
    "not_seeking",
    "其他暂不就业",
    "standing = 'graduated' and coalesce(study_state, '') <> 'registered' and job_v1_kind is null \
     and not_employed_v1_kind = 'not_seeking'",
);

/// Every other graduate not employed; 失联 is a contact result inside.
pub const UNKNOWN: Population = v1(
    "unknown",
    "去向未知",
    "standing = 'graduated' and coalesce(study_state, '') <> 'registered' and job_v1_kind is null \
     and not_employed_v1_kind is null",
);

/// 去向已知: every graduate but the unknown.
pub const KNOWN: Population = v1(
    "known",
    "去向已知",
    "standing = 'graduated' and (study_state = 'registered' or job_v1_kind is not null \
     or not_employed_v1_kind is not null)",
);

/// Graduates who have a result of the vocational entrance exam.
pub const EXAM_SAT: Population = v1("exam_sat", "职教高考参考", "standing = 'graduated' and exam is not null");

/// Graduates who qualified in the exam, for whichever level.
pub const EXAM_QUALIFIED: Population =
    v1("exam_qualified", "职教高考上线", "standing = 'graduated' and exam in ('qualified', 'qualified_undergraduate')");

/// Graduates who qualified for undergraduate study.
pub const EXAM_QUALIFIED_UNDERGRADUATE: Population = v1(
    "exam_qualified_undergraduate",
    "职教高考本科上线",
    "standing = 'graduated' and exam = 'qualified_undergraduate'",
);

/// Every population, in the order in which counts are printed.
pub const ALL: [&Population; 21] = [
    &GRADUATES,
    &EMPLOYED,
    &DIRECT_EMPLOYMENT,
    &DIRECT_EMPLOYMENT_L0,
    &EMPLOYED_BY_ORGANISATION,
    &SELF_EMPLOYED,
    &OTHERWISE_EMPLOYED,
    &ON_SPECIALTY,
    &MATCH_UNKNOWN,
    &FURTHER_STUDY,
    &FURTHER_STUDY_UNDERGRADUATE,
    &FURTHER_STUDY_L0,
    &NOT_EMPLOYED,
    &SEEKING,
    &INTENDS_TO_STUDY,
    &NOT_SEEKING,
    &UNKNOWN,
    &KNOWN,
    &EXAM_SAT,
    &EXAM_QUALIFIED,
    &EXAM_QUALIFIED_UNDERGRADUATE,
];

/// Direct employment and its subsets: all that is counted where a breakdown goes by a detail of the job.
pub const OF_DIRECT_EMPLOYMENT: [&Population; 7] = [
    &DIRECT_EMPLOYMENT,
    &DIRECT_EMPLOYMENT_L0,
    &EMPLOYED_BY_ORGANISATION,
    &SELF_EMPLOYED,
    &OTHERWISE_EMPLOYED,
    &ON_SPECIALTY,
    &MATCH_UNKNOWN,
];

/// A whole and the parts that must add up to it in every cell.
pub const PARTITIONS: [(&Population, &[&Population]); 4] = [
    (&GRADUATES, &[&EMPLOYED, &NOT_EMPLOYED]),
    (&EMPLOYED, &[&DIRECT_EMPLOYMENT, &FURTHER_STUDY]),
    (&DIRECT_EMPLOYMENT, &[&EMPLOYED_BY_ORGANISATION, &SELF_EMPLOYED, &OTHERWISE_EMPLOYED]),
    (&NOT_EMPLOYED, &[&SEEKING, &INTENDS_TO_STUDY, &NOT_SEEKING, &UNKNOWN]),
];

/// The partitions whose parts do not add up in these counts: (whole, sum of the parts).
pub fn imbalances(counts: &super::PopulationCounts) -> Vec<(&'static Population, i64, i64)> {
    PARTITIONS
        .iter()
        .map(|(whole, parts)| (*whole, counts.of(whole), parts.iter().map(|part| counts.of(part)).sum::<i64>()))
        .filter(|(_, whole, parts)| whole != parts)
        .collect()
}
