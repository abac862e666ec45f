-- Question: which students of the classes that the plans of the day name have no placement on the day or later? Unit:
-- persons. Who is on leave, has left school or is exempted on the day is not asked for. Class and graduation are those of
-- now.
-- Binds: $1 day, $2 position, $3 school and $4 class of the scope, which may be null; $5 first and $6 last school.
select s.student, cast(null as text) as placement, s.school, s.class, cast(null as bigint) as first_day
from plans f
cross join final_classes c -- From the plans to their classes to the students, in this order.
cross join student_register s
where c.season = f.season and c.version = f.version and s.school = f.school and s.class = c.class
  and s.registered = 1 and not (s.standing in ('graduated', 'completed') and s.standing_since <= $1)
  and f.school between $5 and $6 and ($3 is null or s.school = $3) and ($4 is null or s.class = $4)
  and s.student not in (select student from placed)
  and s.student not in (select student from excused_then)
