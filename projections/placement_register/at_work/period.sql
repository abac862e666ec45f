-- The placements at work on any day from $1 to $5, each as it was on the latest of these days. A person at work at several
-- placements is counted where the latest of them is.
stretches as (
    select p.*,
           row_number() over (partition by p.placement order by p.true_from desc) as back,
           row_number() over (partition by p.student order by p.true_from desc, p.placement desc) as back_of_student
    from placement_register p
    where p.true_from <= $5 and p.true_to > $1 and p.first_day <= $5 and p.last_day >= $1 and p.last_day >= p.true_from
      and p.stage in ('arrived', 'suspended')
      and p.known_from <= $2 and p.known_to > $2
      and ($3 is null or p.school = $3)
),
at_work as (
    select stretches.*, case when back_of_student = 1 then 1 else 0 end as is_latest
    from stretches
    where back = 1
)
