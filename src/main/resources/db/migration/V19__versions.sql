-- What replicas follow, each with its version, so that one question tells all that has changed.
create view versions as
select (select version from tenancy_version) as tenants,
       (select revision from rating_revision) as prices,
       (select version from settings_version) as settings;
