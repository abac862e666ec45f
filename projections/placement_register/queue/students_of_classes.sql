-- Question: which students of these classes are to be placed? Their ids come as one text per class, one after another.
-- Students who are on leave or have left by
-- the day are left out. Class and standing are those of the day.
-- Binds: $1 day, $2 position, $3 school and $4 class of the scope, which may be null; $5 first and $6 last school.
select c.school, c.class, (
    select string_agg(s.student, '')
    from student_register s
    where s.school = c.school and s.class = c.class
      and s.registered = 1 and s.known_from <= $2 and s.known_to > $2 and s.true_from <= $1 and s.true_to > $1
      and s.standing = 'enrolled'
) as students
from classes c
where c.school between $5 and $6 and ($3 is null or c.school = $3) and ($4 is null or c.class = $4)
