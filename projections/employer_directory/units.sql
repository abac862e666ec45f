-- Question: which units are registered as known at a position, and what is so of each on a day? Unit: legal units.
-- Binds: $1 day, $2 position.
select d.employer, d.credit_code, d.identity, d.industry, d.size, d.ownership, d.staff_count, d.staff_counted_on,
       d.merged_into, d.merged_on, d.closed_on
from employer_directory d
where d.true_from <= $1 and d.true_to > $1 and d.known_from <= $2 and d.known_to > $2
order by d.employer
