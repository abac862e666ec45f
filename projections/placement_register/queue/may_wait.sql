-- The placements p of which a list may name any, with the student s: each as it is on day $1, or on its first day while that
-- is still to come, as known at position $2. Class is that of now.
-- Binds: $1 day, $2 position, $3 school and $4 class of the scope, which may be null.
from (
    -- What is open and may wait lies together; of what was closed since the position there is little.
    select student, placement, school, first_day, last_day, stage, kind, agreement, lacks_amendment
    from placement_register
    where may_wait = 1 and known_to = 9223372036854775807 and known_from <= $2
      and true_to > $1 and (true_from <= $1 or true_from = first_day)
    union all
    select student, placement, school, first_day, last_day, stage, kind, agreement, lacks_amendment
    from placement_register
    where may_wait = 1 and known_to > $2 and known_to < 9223372036854775807 and known_from <= $2
      and true_to > $1 and (true_from <= $1 or true_from = first_day)
) p
join student_register s on s.student = p.student
where ($3 is null or p.school = $3) and ($4 is null or s.class = $4)
