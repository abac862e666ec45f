-- A star: rectangles in two times, and three small tables of what they refer to. What a rectangle refers to is named by
-- a number that its content determines, so that it is written once, whoever comes to it first.

-- Rectangles, half open: known_from/known_to in positions, true_from/true_to in epoch days. At any position a graduate's
-- rectangles tile the days from the one on which the person left school, without gap or overlap. They lie together by
-- cohort, school, specialty and situation, as they are counted; the rest of the key is the event that opened them.
create table cohort_outcomes{suffix} (
    cohort_year bigint not null,
    school text not null,
    -- not_recorded where the school's word for it is in no catalogue.
    specialty text not null,
    situation bigint not null,
    known_from bigint not null,
    true_from bigint not null,
    known_to bigint not null,
    true_to bigint not null,
    student text not null,
    profile bigint not null,
    -- 0 where no job holds.
    job bigint not null,
    -- The events that decide: of the standing, the study, the exam, the job, the claim of none.
    standing_position bigint not null,
    study_position bigint,
    exam_position bigint,
    job_v1_position bigint,
    not_employed_v1_position bigint,
    position bigint not null,
    primary key (cohort_year, school, specialty, situation, known_from, true_from)
){clustered};

-- Who the graduate is to the statistics.
create table cohort_profiles{suffix} (
    profile bigint not null,
    class text not null,
    gender text not null,
    route text not null,
    position bigint not null,
    primary key (profile)
);

-- What populations are defined by.
create table cohort_situations{suffix} (
    situation bigint not null,
    standing text not null,
    study_state text,
    study_level text,
    study_channel text,
    study_evidence text,
    exam text,
    job_v1_kind text,
    job_v1_employment text,
    job_v1_level text,
    job_v1_match text,
    -- Employment claims that hold on these days; more than one is a conflict.
    job_v1_claims bigint not null,
    not_employed_v1_kind text,
    position bigint not null,
    primary key (situation)
);

-- What else is known of a job.
create table cohort_jobs{suffix} (
    job bigint not null,
    job_v1_industry text,
    job_v1_place text,
    job_v1_channel text,
    job_v1_salary text,
    job_v1_contract text,
    job_v1_insurance text,
    position bigint not null,
    primary key (job)
);
