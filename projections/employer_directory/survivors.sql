-- For each unit that was merged away as known at position $2, the unit at the end of the chain of mergers.
merged (employer, unit) as (
    select employer, merged_into from employer_directory
    where merged_into is not null and known_from <= $2 and known_to > $2
    group by employer, merged_into
),
chains (employer, unit) as (
    select employer, unit from merged
    union
    select chains.employer, merged.unit from chains join merged on merged.employer = chains.unit
),
survivors (employer, unit) as (
    select employer, unit from chains where unit not in (select employer from merged)
)
