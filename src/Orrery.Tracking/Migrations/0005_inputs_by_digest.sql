-- Which runs read a data set: the way back from data to runs and models.
create index trk_input_dataset on trk_input (tenant_id, dataset_digest, dataset_name, run_id);
