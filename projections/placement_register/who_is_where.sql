-- Question: as of a day and as known at a position, who is at work where? Unit: persons; nobody is at two places on one
-- day. At work is whoever has arrived and whose last day is not over; the stay may be suspended. A city has many, so
-- they come as one text for each field, in the same order: ids one after another, classes each preceded by its length,
-- the other fields separated by bars. The first row is of rectangles known to this day, the second of those that ended
-- after the position.
-- Binds: $1 day, $2 position, $3 school and $4 class of the scope, $5 employer, $6 class, which may be null; $7 first
-- and $8 last school.
, hosts (employer) as (
    -- The unit that the employer is part of, and all others that are part of it.
    select employer from survivors where unit = coalesce((select unit from survivors where employer = $5), $5)
    union
    select coalesce((select unit from survivors where employer = $5), $5)
)
select string_agg(p.school, '|') as schools, string_agg(length(s.class) || ':' || s.class, '') as classes,
       string_agg(p.student, '') as students, string_agg(p.placement, '') as placements, string_agg(p.host, '') as hosts,
       string_agg(p.kind, '|') as kinds, string_agg(p.stage, '|') as stages,
       string_agg(cast(p.first_day as text), '|') as first_days, string_agg(cast(p.last_day as text), '|') as last_days,
       string_agg(coalesce(p.agreement, ''), '|') as agreements
from placement_register p
cross join student_register s
where p.known_from <= $2 and p.school between $7 and $8
  and p.true_from <= $1 and p.true_to > $1 and p.first_day <= $1 and p.last_day >= $1 and p.stage in ('arrived', 'suspended')
  and s.student = p.student and s.known_from <= $2 and s.known_to > $2 and s.true_from <= $1 and s.true_to > $1
  and ($3 is null or p.school = $3) and ($4 is null or s.class = $4)
  and ($5 is null or p.host in (select employer from hosts)) and ($6 is null or s.class = $6)
union all
select string_agg(p.school, '|'), string_agg(length(s.class) || ':' || s.class, ''),
       string_agg(p.student, ''), string_agg(p.placement, ''), string_agg(p.host, ''),
       string_agg(p.kind, '|'), string_agg(p.stage, '|'),
       string_agg(cast(p.first_day as text), '|'), string_agg(cast(p.last_day as text), '|'),
       string_agg(coalesce(p.agreement, ''), '|')
from placement_history p
cross join student_register s
where p.known_to > $2 and p.known_from <= $2 and p.school between $7 and $8
  and p.true_from <= $1 and p.true_to > $1 and p.first_day <= $1 and p.last_day >= $1 and p.stage in ('arrived', 'suspended')
  and s.student = p.student and s.known_from <= $2 and s.known_to > $2 and s.true_from <= $1 and s.true_to > $1
  and ($3 is null or p.school = $3) and ($4 is null or s.class = $4)
  and ($5 is null or p.host in (select employer from hosts)) and ($6 is null or s.class = $6)
