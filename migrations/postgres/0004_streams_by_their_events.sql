-- A stream's version is that of its last event, which the unique index of `event` finds in one seek: a table of versions
-- beside it was one more row to write per event, and one more thing that could contradict the log.
drop table stream;
