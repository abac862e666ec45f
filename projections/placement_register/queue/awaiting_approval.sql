-- Question: which placements wait for a decision? Unit: placements.
-- Binds: $1 day. Of a placement p of those that may wait.
p.stage = 'submitted'
