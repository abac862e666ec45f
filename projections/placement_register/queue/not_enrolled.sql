-- Question: who is at work on day $1, as known at position $2, and on that day on leave, gone or deceased? Unit:
-- placements; a suspended stay counts.
-- Binds: $1 day, $2 position, $3 school and $4 class of the scope, which may be null.
, away (student, class) as materialized (
    select s.student, s.class
    from student_register s
    where s.school between coalesce($3, '') and coalesce($3, 'z') and ($4 is null or s.class = $4)
      and s.registered = 1 and s.known_from <= $2 and s.known_to > $2 and s.true_from <= $1 and s.true_to > $1
      and s.standing in ('on_leave', 'transferred_out', 'withdrawn', 'deceased')
)
select p.student, p.placement, p.school, a.class, p.first_day
from known p
join away a on a.student = p.student
where p.school between coalesce($3, '') and coalesce($3, 'z')
  and p.true_from <= $1 and p.true_to > $1 and p.last_day >= $1 and p.stage in ('arrived', 'suspended')
