-- The rectangles of all placements as known at position $2: those known to this day, and those that ended after $2.
known as not materialized (
    select school, placement, true_from, true_to, first_day, last_day, stage, kind, agreement, lacks_amendment,
           waits, student, host, source, site_kind, region, on_specialty, is_late, teacher, mentor, site, pay_yuan,
           pay_per, place_position, stage_position, agreement_position, ended_on, ended_by, end_position
    from placement_register
    where known_from <= $2
    union all
    select school, placement, true_from, true_to, first_day, last_day, stage, kind, agreement, lacks_amendment,
           waits, student, host, source, site_kind, region, on_specialty, is_late, teacher, mentor, site, pay_yuan,
           pay_per, place_position, stage_position, agreement_position, ended_on, ended_by, end_position
    from placement_history
    where known_to > $2 and known_from <= $2
)
