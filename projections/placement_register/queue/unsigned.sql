-- Question: whose stay begins within 7 days, or has begun, without an agreement that all have signed? Unit: placements.
-- Binds: $1 day. Of a placement p of those that may wait.
p.first_day <= $1 + 7 and p.last_day >= $1 and p.kind <> 'orientation'
and p.stage not in ('rejected', 'cancelled', 'no_show', 'ended_early')
and (p.agreement is null or p.agreement not in ('in_force', 'terminated'))
