-- Question: with which units does a school deal on a day, as known at a position, and how far has it come with each?
-- Unit: hosts. A host whose unit was merged away belongs to the other unit.
-- Binds: $1 day, $2 position, $3 school, which may be null for all schools.
select h.host, h.school, h.employer, coalesce(v.unit, h.employer) as unit, h.stage, h.partner_since,
       h.framework_first_day, h.framework_last_day, h.stage_position
from host_register h
left join survivors v on v.employer = h.employer
where h.true_from <= $1 and h.true_to > $1 and h.known_from <= $2 and h.known_to > $2
  and ($3 is null or h.school = $3)
order by h.school, h.host
