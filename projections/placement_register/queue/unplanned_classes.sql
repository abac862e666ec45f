,
-- The classes of the schools without a plan.
classes (school, class) as (
    select distinct s.school, s.class
    from student_register s
    where s.school between $5 and $6 and s.school not in (select school from plans)
      and s.known_from <= $2 and s.known_to > $2 and s.true_from <= $1 and s.true_to > $1
)
