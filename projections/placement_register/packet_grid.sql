-- Question: as known at a position, which documents of the packets of a school's placements are out, signed or
-- refused, and by whom? Unit: documents. Missing documents have no row, but a placement without any document has one row with nulls.
-- Placements that came to nothing are left out, and so are visits, which need no packet.
-- Binds: $1 day, $2 position, $3 school and $4 class of the scope (may be null), $5 school. What follows narrows and orders.
select p.student, p.placement, d.document, d.state, d.lacking
from known p
join student_register s on s.student = p.student and s.known_from <= $2 and s.known_to > $2 and s.true_from <= $1 and s.true_to > $1
left join placement_papers d on d.placement = p.placement and d.known_from <= $2 and d.known_to > $2
where p.true_to > $1 and (p.true_from <= $1 or p.true_from = p.first_day)
  and p.kind <> 'orientation' and p.stage not in ('rejected', 'cancelled', 'no_show')
  and ($3 is null or p.school = $3) and ($4 is null or s.class = $4)
  and p.school = $5
