-- Where the candidate is written that a request went to: support-bot.candidates[1].
alter table ledger add column route_candidate text;
