-- Question: who was ready to go, and has neither arrived nor been noted as missing after the first day? Unit: placements.
-- Binds: $1 day, $2 position, $3 school and $4 class of the scope, which may be null.
select p.student, p.placement, p.school, s.class, p.first_day
from placement_register p
join student_register s on s.student = p.student
where p.true_to > $1 and (p.true_from <= $1 or p.true_from = p.first_day)
  and p.known_from <= $2 and p.known_to > $2
  and p.may_wait = 1
  and ($3 is null or p.school = $3) and ($4 is null or s.class = $4)
  and p.stage = 'ready' and p.first_day < $1
