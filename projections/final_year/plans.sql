-- The plans that hold on day $1 as known at position $2: for each season the one that was recorded last of those that
-- have begun, unless it is over.
plans (season, version, school, from_day, until_day) as (
    select p.season, p.version, p.school, p.from_day, p.until_day
    from season_plans p
    where p.known_from <= $2 and p.known_to > $2 and p.from_day <= $1 and p.until_day > $1
      and not exists (
          select 1 from season_plans q
          where q.season = p.season and q.known_from <= $2 and q.known_to > $2 and q.from_day <= $1
            and q.version > p.version)
)
