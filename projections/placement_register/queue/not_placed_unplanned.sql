-- Question: of the schools without a plan on the day, which students have no placement on the day or later, of the classes
-- of which anybody has one? Unit: persons. Who is on leave, has left school or is exempted on the day is not asked for.
-- Class and graduation are those of now.
-- Binds: $1 day, $2 position, $3 school and $4 class of the scope, which may be null; $5 first and $6 last school.
select s.student, cast(null as text) as placement, s.school, s.class, cast(null as bigint) as first_day
from student_register s
where s.school between $5 and $6 and s.school not in (select school from plans)
  and s.registered = 1 and not (s.standing in ('graduated', 'completed') and s.standing_since <= $1)
  and ($3 is null or s.school = $3) and ($4 is null or s.class = $4)
  and s.student not in (select student from placed)
  and s.student not in (select student from excused_then)
  and (s.school, s.class) in (
      select t.school, t.class from placed join student_register t on t.student = placed.student
      where t.student not in (select student from excused_then))
