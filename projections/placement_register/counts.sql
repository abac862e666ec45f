-- Question: as of a day and as known at a position, how many students are at work, by one dimension, and of how many the
-- post belongs to the specialty, and the agreement is signed by all?
-- Unit: persons; nobody is at two places on one day. At work: has arrived, the last day is not over, interrupted or not.
-- Every column is a part of the first; the four of the specialty add up to it.
-- Binds: $1 day, $2 position, $3 school and $4 class of the scope (may be null), $5 the dimension's code.
select case $5
           when 'school' then p.school
           when 'class' then p.school || '/' || s.class
           when 'specialty' then s.specialty
           when 'kind' then p.kind
           when 'source' then p.source
           when 'site-kind' then p.site_kind
           when 'region' then p.region
           when 'employer' then p.host
           when 'on-specialty' then p.on_specialty
           when 'agreement' then p.agreement
           else 'all'
       end as part,
       count(*) as placed,
       cast(sum(case when p.on_specialty = 'none' then 1 else 0 end) as bigint) as level_0,
       cast(sum(case when p.on_specialty = 'near' then 1 else 0 end) as bigint) as level_1,
       cast(sum(case when p.on_specialty = 'full' then 1 else 0 end) as bigint) as level_2,
       cast(sum(case when p.on_specialty is null then 1 else 0 end) as bigint) as not_judged,
       cast(sum(case when p.agreement = 'in_force' then 1 else 0 end) as bigint) as signed,
       cast(sum(p.is_late) as bigint) as late
from placement_register p
join student_register s on s.student = p.student
where p.true_from <= $1 and p.true_to > $1 and p.last_day >= $1 and p.stage in ('arrived', 'suspended')
  and p.known_from <= $2 and p.known_to > $2
  and ($3 is null or p.school = $3) and ($4 is null or s.class = $4)
group by 1
