-- Question: which lists name a placement? Each column is 1 if its list does. Unit: placements, each as it is on day $1,
-- or on its first day if that is still to come, as known at position $2. Class is that of the day.
-- Binds: $1 day, $2 position, $3 school and $4 class of the scope, which may be null.
with waiting as (
    select p.student, p.placement, p.school, p.first_day,
        -- The stay begins within 7 days, or has begun.
        case when (p.waits & 1) = 1 and p.first_day <= $1 + 7 and p.last_day >= $1 then 1 else 0 end as unsigned,
        case when (p.waits & 2) = 2 then 1 else 0 end as unamended,
        case when (p.waits & 4) = 4 then 1 else 0 end as awaiting_approval,
        case when (p.waits & 8) = 8 and p.first_day < $1 then 1 else 0 end as not_arrived
    from (
        -- An index finds the rectangles known to this day that may wait; few have ended after the position.
        select student, placement, school, first_day, last_day, waits
        from placement_register
        where waits > 0 and known_from <= $2 and true_to > $1 and (true_from <= $1 or true_from = first_day)
          and school between coalesce($3, '') and coalesce($3, 'z')
        union all
        select student, placement, school, first_day, last_day, waits
        from placement_history
        where waits > 0 and known_to > $2 and known_from <= $2
          and true_to > $1 and (true_from <= $1 or true_from = first_day)
          and school between coalesce($3, '') and coalesce($3, 'z')
    ) p
    where $4 is null or $4 = (
        select s.class from student_register s where s.student = p.student and s.known_from <= $2 and s.known_to > $2 and s.true_from <= $1 and s.true_to > $1
    )
)
