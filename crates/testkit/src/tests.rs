mod exchange;
mod schedules;
mod township;
