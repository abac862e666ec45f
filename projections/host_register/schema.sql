-- Rectangles, half open: known_from/known_to in positions, true_from/true_to in epoch days. At any position the rectangles
-- of a host whose proposal stands tile the days from that of the first proposal on.
create table host_register{suffix} (
    host text not null,
    known_from bigint not null,
    true_from bigint not null,
    known_to bigint not null,
    true_to bigint not null,
    school text not null,
    -- The employer, as recorded.
    employer text not null,
    stage text not null,
    partner_since bigint,
    -- The framework agreement that holds on these days, else the one that was the last to hold; both days included.
    framework_first_day bigint,
    framework_last_day bigint,
    -- The event that decides on the stage.
    stage_position bigint not null,
    position bigint not null,
    primary key (host, known_from, true_from)
){clustered};
create index host_register{suffix}_known on host_register{suffix} (known_to, school);
