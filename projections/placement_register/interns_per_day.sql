-- Question: as known at a position, from which day to which is a student at work at an employer? Unit: stretches of days
-- of one student; interrupted days do not count.
-- Binds: $1 first and $2 last day asked for, $3 position, $4 employer, $5 school (null for all, which is the city's).
select p.true_from, case when p.last_day < p.true_to then p.last_day + 1 else p.true_to end as true_to, count(*) as interns
from placement_register p
where p.host = $4 and p.stage = 'arrived'
  and p.true_from <= $2 and p.true_to > $1 and p.last_day >= $1 and p.last_day >= p.true_from
  and p.known_from <= $3 and p.known_to > $3
  and ($5 is null or p.school = $5)
group by 1, 2
order by 1, 2
