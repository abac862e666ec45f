-- Question: which enrolled students of the final classes have no placement on the day or later? Unit: persons.
-- A placement that was refused, called off, not begun or ended early places nobody. Which classes are final is asked
-- with the question ('|school/class|school/class|'); unasked, the classes of which anybody is placed.
-- The roster is the one of now. Binds: $1 day, $2 position, $3 school and $4 class of the scope, $5 final classes; the
-- last three may be null.
with placed as (
    select p.student
    from placement_register p
    where p.true_to > $1 and (p.true_from <= $1 or p.true_from = p.first_day)
      and p.known_from <= $2 and p.known_to > $2
      and ($3 is null or p.school = $3)
      and p.last_day >= $1 and p.stage not in ('rejected', 'cancelled', 'no_show', 'ended_early')
)
select s.student, cast(null as text) as placement, s.school, s.class, cast(null as bigint) as first_day
from student_register s
where s.registered = 1 and s.standing = 'enrolled'
  and ($3 is null or s.school = $3) and ($4 is null or s.class = $4)
  and s.student not in (select student from placed)
  and (replace($5, '|' || s.school || '/' || s.class || '|', '') <> $5
       or ($5 is null and (s.school, s.class) in (
           select t.school, t.class from student_register t join placed on placed.student = t.student)))
order by s.school, s.class, s.student
