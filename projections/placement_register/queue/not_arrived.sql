-- Question: who was ready to go, and has neither arrived nor been noted as missing after the first day? Unit: placements.
-- Binds: $1 day. Of a placement p of those that may wait.
p.stage = 'ready' and p.first_day < $1
