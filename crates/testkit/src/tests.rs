mod exchange;
mod giving_back;
mod schedules;
mod township;
