-- A ledger of persons, by double entry, and three small tables of what it refers to. What a movement refers to is named
-- by a number that its content determines, so that it is written once, whoever comes to it first.

-- Movements: known from the event's position on, a graduate leaves one situation and enters another from a day on. Who is
-- in a situation on a day, as known at a position, is who entered it less who left it by that day and position. Nothing is
-- ever changed: an event that changes what was known of a day moves the person once more.
create table cohort_movements{suffix} (
    cohort_year bigint not null,
    position bigint not null,
    -- Counts the movements that one event makes.
    ordinal bigint not null,
    student text not null,
    profile bigint not null,
    -- Epoch day.
    true_from bigint not null,
    -- 0 where the person was in none before: first counted, or counted under another profile.
    left_situation bigint not null,
    left_job bigint not null,
    entered_situation bigint not null,
    -- 0 where no job holds.
    entered_job bigint not null,
    primary key (cohort_year, position, ordinal)
){clustered};

-- Who the graduate is to the statistics.
create table cohort_profiles{suffix} (
    profile bigint not null,
    school text not null,
    -- not_recorded where the school's word for it is in no catalogue.
    specialty text not null,
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
