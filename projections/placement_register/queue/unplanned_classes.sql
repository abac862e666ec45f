,
-- The classes of the schools without a plan.
classes (school, class) as (
    select distinct s.school, s.class
    from student_register s
    where s.school between $5 and $6 and s.school not in (select school from plans)
)
