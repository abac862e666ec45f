-- Question: as known at a position, what is so of each placement on a day, or on its first day if that is still to
-- come? Unit: placements. Class and specialty are the student's on the day. The unit is the one that the recorded
-- host is part of, as known at the position.
-- Binds: $1 day, $2 position, $3 school and $4 class of the scope, $5 employer, $6 class; the last four may be null.
select p.placement, p.student, p.school, s.class, s.specialty, p.host, coalesce(v.unit, p.host) as unit, p.kind, p.source,
       p.site_kind, p.region, p.on_specialty, p.stage, p.first_day, p.last_day, p.is_late, p.agreement, p.lacks_amendment,
       p.teacher, p.mentor, p.site, p.pay_yuan, p.pay_per, p.place_position, p.stage_position, p.agreement_position
from known p
join student_register s on s.student = p.student and s.known_from <= $2 and s.known_to > $2 and s.true_from <= $1 and s.true_to > $1
left join survivors v on v.employer = p.host
where p.true_to > $1 and (p.true_from <= $1 or p.true_from = p.first_day)
  and p.school between coalesce($3, '') and coalesce($3, 'z') and ($4 is null or s.class = $4)
  and ($5 is null or coalesce(v.unit, p.host) = coalesce((select unit from survivors where employer = $5), $5))
  and ($6 is null or s.class = $6)
order by p.school, s.class, p.student, p.first_day, p.placement
