-- Question: whose stay is not what the agreement in force says? Unit: placements.
-- Binds: $1 day. Of a placement p of those that may wait.
p.lacks_amendment = 1 and p.stage not in ('rejected', 'cancelled', 'no_show')
