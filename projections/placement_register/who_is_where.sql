-- Question: as of a day and as known at a position, who is at work where? Unit: persons; nobody is at two places on one day.
-- At work: has arrived, the last day is not over, interrupted or not. A city has many: the students of a class come as one
-- text, one line per student, the fields between bars.
-- Binds: $1 day, $2 position, $3 school and $4 class of the scope, $5 employer, $6 class, which may be null; $7 first and $8
-- last school.
select p.school, s.class, string_agg(
           p.student || '|' || p.placement || '|' || p.host || '|' || p.kind || '|' || p.stage || '|' ||
           p.first_day || '|' || p.last_day || '|' || coalesce(p.agreement, ''),
           ';' order by p.student) as students
from (
    -- What is open to this day lies together by school; of what was closed since the position there is little.
    select school, student, placement, host, kind, stage, first_day, last_day, agreement
    from placement_register
    where known_to = 9223372036854775807 and school between $7 and $8 and known_from <= $2
      and true_from <= $1 and true_to > $1 and first_day <= $1 and last_day >= $1 and stage in ('arrived', 'suspended')
    union all
    select school, student, placement, host, kind, stage, first_day, last_day, agreement
    from placement_register
    where known_to > $2 and known_to < 9223372036854775807 and school between $7 and $8 and known_from <= $2
      and true_from <= $1 and true_to > $1 and first_day <= $1 and last_day >= $1 and stage in ('arrived', 'suspended')
) p
join student_register s on s.student = p.student
where ($3 is null or p.school = $3) and ($4 is null or s.class = $4)
  -- The unit that the employer is part of, and whatever else is part of it.
  and ($5 is null or p.host in (
      select employer from survivors where unit = coalesce((select unit from survivors where employer = $5), $5)
      union select coalesce((select unit from survivors where employer = $5), $5)))
  and ($6 is null or s.class = $6)
group by p.school, s.class
order by p.school, s.class
