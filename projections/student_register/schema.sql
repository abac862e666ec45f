create table student_register{suffix} (
    student text not null,
    school text not null,
    class text not null,
    specialty text,
    gender text not null,
    route text not null,
    standing text not null,
    -- Epoch day.
    standing_since bigint not null,
    identity bigint not null,
    -- 1 while the registration stands, 0 after it was undone.
    registered bigint not null,
    position bigint not null,
    primary key (student)
){clustered};
create index student_register{suffix}_school on student_register{suffix} (school, class, registered, standing, standing_since);
