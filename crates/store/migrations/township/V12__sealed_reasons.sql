-- Whether the reasons in the audit log and in the list of erasures are sealed, in a store that is: those of before were
-- plain, and are sealed at the next opening.
ALTER TABLE meta ADD COLUMN reasons_sealed INTEGER NOT NULL DEFAULT 0;
