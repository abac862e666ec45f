-- The placements at work on any day from $1 to $5, each as it was on the latest of these days. A person at work at several
-- placements is counted where the latest of them is.
stretches as materialized (
    select p.*
    from known p
    where p.true_from <= $5 and p.true_to > $1 and p.first_day <= $5 and p.last_day >= $1 and p.last_day >= p.true_from
      and p.stage in ('arrived', 'suspended')
      and p.school between coalesce($3, '') and coalesce($3, 'z')
),
-- Who was at work at one placement only has no row.
latest (student, true_from) as materialized (
    select student, max(true_from) from stretches group by student having min(placement) <> max(placement)
),
-- What goes on behind the period or the last day is the latest of its placement; most does.
followed (placement, true_from) as materialized (
    select distinct p.placement, p.true_from
    from stretches p
    join stretches q on q.placement = p.placement and q.true_from > p.true_from
    where p.true_to <= $5 and p.true_to <= p.last_day
),
at_work as (
    select p.*, case when l.true_from > p.true_from then 0 else 1 end as is_latest
    from stretches p
    left join latest l on l.student = p.student
    left join followed f on f.placement = p.placement and f.true_from = p.true_from
    where f.placement is null
)
