-- Question: as known at a position, from which day to which are students at work at a unit? Unit: runs of days of one
-- student; days on which the stay is suspended do not count. A unit includes all units that were merged into it.
-- Binds: $1 first and $5 last day asked for, $2 position, $3 school (null for all), $4 employer.
select p.true_from, case when p.last_day < p.true_to then p.last_day + 1 else p.true_to end as true_to, count(*) as interns
from known p
left join survivors v on v.employer = p.host
where coalesce(v.unit, p.host) = coalesce((select unit from survivors where employer = $4), $4) and p.stage = 'arrived'
  and p.true_from <= $5 and p.true_to > $1 and p.last_day >= $1 and p.last_day >= p.true_from
  and p.school between coalesce($3, '') and coalesce($3, 'z')
group by 1, 2
order by 1, 2
