-- What is known of each graduate, in the log's own words, so that a fold can derive every day from it.
create table cohort_facts{suffix} (
    student text not null,
    facts text not null,
    position bigint not null,
    primary key (student)
){clustered};

-- Rectangles in two times, half open: known_from/known_to in positions, true_from/true_to in epoch days. At any
-- position a graduate's rectangles tile the days from the one on which the person left school, without gap or overlap.
-- They lie together by cohort and school, as every question reads them.
create table cohort_outcomes{suffix} (
    cohort_year bigint not null,
    school text not null,
    student text not null,
    known_from bigint not null,
    true_from bigint not null,
    known_to bigint not null,
    true_to bigint not null,
    class text not null,
    specialty text,
    specialty_class text,
    gender text not null,
    route text not null,
    standing text not null,
    standing_on bigint not null,
    standing_position bigint not null,
    study_state text,
    study_level text,
    study_channel text,
    study_evidence text,
    study_position bigint,
    exam text,
    exam_position bigint,
    job_v1_kind text,
    job_v1_employment text,
    job_v1_level text,
    job_v1_industry text,
    job_v1_place text,
    job_v1_channel text,
    job_v1_salary text,
    job_v1_contract text,
    job_v1_insurance text,
    job_v1_match text,
    job_v1_position bigint,
    -- Employment claims that hold on these days; more than one is a conflict.
    job_v1_claims bigint not null,
    not_employed_v1_kind text,
    not_employed_v1_position bigint,
    position bigint not null,
    primary key (cohort_year, school, student, known_from, true_from)
){clustered};
