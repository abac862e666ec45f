-- Question: as of a day and as known at a position, how many students are at work at each unit, and how many of them
-- are of one school? Unit: persons; a suspended stay does not count.
-- Binds: $1 day, $2 position, $3 school, which may be null: then all students count as its own.
select coalesce(v.unit, p.host) as unit, count(*) as interns,
       cast(sum(case when $3 is null or p.school = $3 then 1 else 0 end) as bigint) as own
from known p
left join survivors v on v.employer = p.host
where p.true_from <= $1 and p.true_to > $1 and p.last_day >= $1 and p.stage = 'arrived'
group by 1
