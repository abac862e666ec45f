-- The placements at work on any day from $1 to $5, each as it was on the last of these days. A person with several
-- placements is counted in the latest of them.
stretches as materialized (
    select p.*
    from known p
    where p.true_from <= $5 and p.true_to > $1 and p.first_day <= $5 and p.last_day >= $1 and p.last_day >= p.true_from
      and p.stage in ('arrived', 'suspended')
      and p.school between coalesce($3, '') and coalesce($3, 'z')
),
-- The last stretch of each person with several placements; persons with one placement have no row.
latest (student, true_from) as materialized (
    select student, max(true_from) from stretches group by student having min(placement) <> max(placement)
),
-- The stretches that another stretch of their placement follows. A stretch that goes on after the period or after the
-- last day has no successor, and most do.
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
