-- The students who have a placement on day $1 or later, as known at position $2, in the schools from $5 to $6. One that was
-- refused, called off, not begun or ended early places nobody.
placed (student) as not materialized (
    -- What is open to this day lies together by school; of what was closed since the position there is little.
    select p.student
    from placement_register p
    where p.known_to = 9223372036854775807 and p.school between $5 and $6
      and p.true_to > $1 and (p.true_from <= $1 or p.true_from = p.first_day) and p.known_from <= $2
      and p.last_day >= $1 and p.stage not in ('rejected', 'cancelled', 'no_show', 'ended_early')
    union all
    select p.student
    from placement_register p
    where p.known_to > $2 and p.known_to < 9223372036854775807 and p.school between $5 and $6
      and p.true_to > $1 and (p.true_from <= $1 or p.true_from = p.first_day) and p.known_from <= $2
      and p.last_day >= $1 and p.stage not in ('rejected', 'cancelled', 'no_show', 'ended_early')
)
