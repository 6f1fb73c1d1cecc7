-- The model of a job, by which jobs are listed; its spec says it too.

ALTER TABLE job ADD COLUMN model TEXT NOT NULL DEFAULT '';

UPDATE job SET model = json_extract(spec, '$.model');

CREATE INDEX job_model ON job (model, number);
