-- Rectangles, half open: known_from/known_to in positions, true_from/true_to in epoch days. At any position a placement's
-- rectangles tile the days from its first day on, without gap or overlap; of a placement whose draft was undone there
-- are none. The two tables are asked as one: `known.sql`.

-- What is known to this day: a row per slot of a placement, written again whenever the slot says something else. A slot
-- without a rectangle is known from never.
create table placement_register{suffix} (
    school text not null,
    placement text not null,
    slot bigint not null,
    known_from bigint not null,
    true_from bigint not null,
    true_to bigint not null,
    -- Epoch days, both included, as planned: the same on all days.
    first_day bigint not null,
    last_day bigint not null,
    -- What the events say. A stay that has arrived is in progress, or behind its last day, by the day that is asked for.
    stage text not null,
    kind text not null,
    -- null while none is drafted.
    agreement text,
    -- 1 where the stay is not what the agreement in force says.
    lacks_amendment bigint not null,
    -- The lists of what waits that may name it: 1 unsigned, 2 unamended, 4 awaiting approval, 8 not arrived; their sum.
    waits bigint not null,
    student text not null,
    -- The employer, as recorded: a unit that was merged away since keeps its id here.
    host text not null,
    source text not null,
    site_kind text,
    region text,
    -- none, near, full; null while it is not judged.
    on_specialty text,
    -- 1 once it was registered late.
    is_late bigint not null,
    -- The school's teacher, and the sealed revisions of the host's mentor and of address and post.
    teacher text,
    mentor bigint,
    site bigint,
    pay_yuan bigint,
    pay_per text,
    -- The events that decide: of the place, of the stage, of the agreement's state.
    place_position bigint not null,
    stage_position bigint not null,
    agreement_position bigint,
    -- Of a stay that ended before its last day: the first day on which the student no longer works there, who ended it, and
    -- the event that says so; the same on all days.
    ended_on bigint,
    ended_by text,
    end_position bigint,
    position bigint not null,
    primary key (school, placement, slot)
){clustered};
-- Most placements wait for nothing.
create index placement_register{suffix}_waiting on placement_register{suffix} (school, placement) where waits > 0;

-- What was known before, in the order in which events ended it.
create table placement_history{suffix} (
    known_to bigint not null,
    slot bigint not null,
    school text not null,
    placement text not null,
    known_from bigint not null,
    true_from bigint not null,
    true_to bigint not null,
    first_day bigint not null,
    last_day bigint not null,
    stage text not null,
    kind text not null,
    agreement text,
    lacks_amendment bigint not null,
    waits bigint not null,
    student text not null,
    host text not null,
    source text not null,
    site_kind text,
    region text,
    on_specialty text,
    is_late bigint not null,
    teacher text,
    mentor bigint,
    site bigint,
    pay_yuan bigint,
    pay_per text,
    place_position bigint not null,
    stage_position bigint not null,
    agreement_position bigint,
    ended_on bigint,
    ended_by text,
    end_position bigint,
    position bigint not null,
    primary key (known_to, slot)
){clustered};

-- How far each document of a placement's packet has come, half open in positions; what is missing has no row.
create table placement_papers{suffix} (
    placement text not null,
    document text not null,
    known_from bigint not null,
    known_to bigint not null,
    state text not null,
    position bigint not null,
    primary key (placement, document, known_from)
){clustered};
