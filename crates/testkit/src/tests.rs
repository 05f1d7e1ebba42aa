mod exchange;
mod fuzz;
mod giving_back;
mod permissions;
mod schedules;
mod township;
