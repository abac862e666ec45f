-- What the read model of cohorts kept before its movements; `gradtrail rebuild` makes these.
drop table if exists cohort_outcomes;
