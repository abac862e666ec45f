-- Question: as of a day and as known at a position, who is at work where? Unit: persons; nobody is at two places on one day.
-- At work: has arrived, the last day is not over, interrupted or not. A city has many: the students of a class come as texts,
-- one per field, in each the students in the same order; ids one behind the other, the other fields between bars.
-- Binds: $1 day, $2 position, $3 school and $4 class of the scope, $5 employer, $6 class, which may be null; $7 first and $8
-- last school.
select p.school, s.class, string_agg(p.student, '') as students, string_agg(p.placement, '') as placements,
       string_agg(p.host, '') as hosts, string_agg(p.kind, '|') as kinds, string_agg(p.stage, '|') as stages,
       string_agg(cast(p.first_day as text), '|') as first_days, string_agg(cast(p.last_day as text), '|') as last_days,
       string_agg(coalesce(p.agreement, ''), '|') as agreements
from known p
join student_register s on s.student = p.student
where p.school between $7 and $8
  and p.true_from <= $1 and p.true_to > $1 and p.first_day <= $1 and p.last_day >= $1 and p.stage in ('arrived', 'suspended')
  and ($3 is null or p.school = $3) and ($4 is null or s.class = $4)
  -- The unit that the employer is part of, and whatever else is part of it.
  and ($5 is null or p.host in (
      select employer from survivors where unit = coalesce((select unit from survivors where employer = $5), $5)
      union select coalesce((select unit from survivors where employer = $5), $5)))
  and ($6 is null or s.class = $6)
group by p.school, s.class
order by p.school, s.class
