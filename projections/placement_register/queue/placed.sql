-- Question: which students have a placement on day $1 or later, as known at position $2, in the schools from $3 to $4?
-- A placement that was rejected, cancelled, not taken up or ended early does not count. A city has many students, so
-- their ids come as one text, one after another: first of rectangles known to this day, then of those that ended after
-- the position.
select string_agg(student, '') as students
from placement_register
where known_from <= $2 and school between $3 and $4
  and true_to > $1 and (true_from <= $1 or true_from = first_day)
  and last_day >= $1
  and stage <> 'rejected' and stage <> 'cancelled' and stage <> 'no_show' and stage <> 'ended_early'
union all
select string_agg(student, '') as students
from placement_history
where known_to > $2 and known_from <= $2 and school between $3 and $4
  and true_to > $1 and (true_from <= $1 or true_from = first_day)
  and last_day >= $1
  and stage <> 'rejected' and stage <> 'cancelled' and stage <> 'no_show' and stage <> 'ended_early'
