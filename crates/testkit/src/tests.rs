mod exchange;
mod fuzz;
mod giving_back;
mod schedules;
mod township;
