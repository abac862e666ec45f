-- What a batch caused lies between its own first and last event, so that no index is needed to find it.
drop index event_causation;
