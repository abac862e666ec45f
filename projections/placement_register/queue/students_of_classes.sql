-- Question: who is in these classes? As one text per class, one student behind the other: the id, and + of one who is
-- registered and has not graduated on the day, - of any other. Class and graduation are those of now.
-- Binds: $1 day, $2 position, $3 school and $4 class of the scope, which may be null; $5 first and $6 last school.
select c.school, c.class, (
    select string_agg(
        s.student || case
            when s.registered = 1 and not (s.standing in ('graduated', 'completed') and s.standing_since <= $1) then '+'
            else '-'
        end, '')
    from student_register s
    where s.school = c.school and s.class = c.class
) as students
from classes c
where c.school between $5 and $6 and ($3 is null or c.school = $3) and ($4 is null or c.class = $4)
