,
-- The final classes of the plans.
classes (school, class) as (
    select distinct f.school, c.class
    from plans f
    join final_classes c on c.season = f.season and c.version = f.version
)
