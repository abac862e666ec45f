-- Question: which lists name a placement? 1 for each that does. Unit: placements, each as it is on day $1, or on its first day
-- while that is still to come, as known at position $2. Class is that of now.
-- Binds: $1 day, $2 position, $3 school and $4 class of the scope, which may be null.
waiting as (
    select p.student, p.placement, p.school, s.class, p.first_day,
        -- The stay begins within 7 days, or has begun, without an agreement that all have signed.
        case when p.first_day <= $1 + 7 and p.last_day >= $1 and p.kind <> 'orientation'
            and p.stage not in ('rejected', 'cancelled', 'no_show', 'ended_early')
            and (p.agreement is null or p.agreement not in ('in_force', 'terminated')) then 1 else 0 end as unsigned,
        -- The stay is not what the agreement in force says.
        case when p.lacks_amendment = 1 and p.stage not in ('rejected', 'cancelled', 'no_show') then 1 else 0 end as unamended,
        -- It waits for a decision.
        case when p.stage = 'submitted' then 1 else 0 end as awaiting_approval,
        -- Ready to go, and neither arrived nor noted as missing after the first day.
        case when p.stage = 'ready' and p.first_day < $1 then 1 else 0 end as not_arrived
    from known p
    join student_register s on s.student = p.student
    where p.may_wait = 1 and p.true_to > $1 and (p.true_from <= $1 or p.true_from = p.first_day)
      and p.school between coalesce($3, '') and coalesce($3, 'z') and ($4 is null or s.class = $4)
)
