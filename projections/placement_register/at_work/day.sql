-- The placements at work on day $1: the student has arrived and the last day is not over; the stay may be suspended.
-- Nobody is at two places on one day, so each placement is a person.
at_work as (
    select p.*, 1 as is_latest
    from known p
    where p.true_from <= $1 and p.true_to > $1 and p.last_day >= $1 and p.stage in ('arrived', 'suspended')
      and p.school between coalesce($3, '') and coalesce($3, 'z')
)
