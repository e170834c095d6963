-- What a recorded step says, in one form: the same from what is given and from the row that is stored.
create or replace function precert.step_item(p_event text, p_done_on date, p_words jsonb, p_dates jsonb) returns jsonb
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$ select jsonb_build_object('event', p_event, 'done_on', p_done_on, 'words', p_words, 'dates', p_dates) $$;

grant execute on function precert.step_item(text, date, jsonb, jsonb) to precert_read;
