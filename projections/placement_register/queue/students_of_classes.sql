-- Question: which students of these classes are to be placed? Their ids come as one text per class, one after another.
-- Students who have graduated by the day are left out. Class and graduation are those of now.
-- Binds: $1 day, $2 position, $3 school and $4 class of the scope, which may be null; $5 first and $6 last school.
select c.school, c.class, (
    select string_agg(s.student, '')
    from student_register s
    where s.school = c.school and s.class = c.class
      and s.registered = 1 and not ((s.standing = 'graduated' or s.standing = 'completed') and s.standing_since <= $1)
) as students
from classes c
where c.school between $5 and $6 and ($3 is null or c.school = $3) and ($4 is null or c.class = $4)
