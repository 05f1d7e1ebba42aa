mod exchange;
mod schedules;
