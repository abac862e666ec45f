-- The students who are exempted on day $1 as known at position $2. Of the events that have begun, the one that was
-- recorded last holds.
excused_then (student) as (
    select e.student
    from excused e
    where e.is_excused = 1 and e.known_from <= $2 and e.known_to > $2 and e.from_day <= $1
      and not exists (
          select 1 from excused f
          where f.student = e.student and f.known_from <= $2 and f.known_to > $2
            and f.from_day <= $1 and f.version > e.version)
)
