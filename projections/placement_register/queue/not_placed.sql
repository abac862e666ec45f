-- Question: which students of the final classes have no placement on the day or later? Unit: persons.
-- A placement that was refused, called off, not begun or ended early places nobody. Who is on leave, has left school or is
-- exempted on the day is not asked for. The final classes are those of the plans that hold on the day; of a school without
-- a plan, the classes of which anybody is placed. Class and graduation are those of now.
-- Binds: $1 day, $2 position, $3 school and $4 class of the scope, which may be null; $5 first and $6 last school.
placed (student) as (
    select p.student
    from placement_register p
    where p.true_to > $1 and (p.true_from <= $1 or p.true_from = p.first_day)
      and p.known_from <= $2 and p.known_to > $2
      and p.school between $5 and $6 and ($3 is null or p.school = $3)
      and p.last_day >= $1 and p.stage not in ('rejected', 'cancelled', 'no_show', 'ended_early')
),
roster (student, school, class, is_final, is_placed) as (
    select s.student, s.school, s.class,
           case when (s.school, s.class) in (
               select f.school, c.class from plans f join final_classes c on c.season = f.season and c.version = f.version
           ) then 1 else 0 end,
           case when s.student in (select student from placed) then 1 else 0 end
    from student_register s
    where s.registered = 1 and not (s.standing in ('graduated', 'completed') and s.standing_since <= $1)
      and s.school between $5 and $6 and ($3 is null or s.school = $3) and ($4 is null or s.class = $4)
      and s.student not in (select student from excused_then)
)
select r.student, cast(null as text) as placement, r.school, r.class, cast(null as bigint) as first_day
from (
    select roster.*, max(is_placed) over (partition by school, class) as is_begun from roster
) r
where r.is_placed = 0
  and (r.is_final = 1 or (r.is_begun = 1 and r.school not in (select school from plans)))
order by r.school, r.class, r.student
