-- Question: which students have a placement on day $1 or later, as known at position $2, in the schools from $3 to $4? One
-- that was refused, called off, not begun or ended early places nobody. A city has many: their ids come as one text, one
-- behind the other.
select string_agg(student, '') as students
from known
where school between $3 and $4
  and true_to > $1 and (true_from <= $1 or true_from = first_day)
  and last_day >= $1 and stage not in ('rejected', 'cancelled', 'no_show', 'ended_early')
