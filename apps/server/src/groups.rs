//! Which personal data the township keeps: the switches of field groups, set for all villages at once.

use lianhu_core::groups::{Group, Switch, SwitchTyped};
use lianhu_core::{DocKind, Edit, Refusal};
use lianhu_store::{Op, Query};
use lianhu_sync::ports::{Township as _, ViewValue};

use crate::act::ActError;
use crate::audit::{Action, Actor, AuditLine};
use crate::town::{Town, TownError};

impl Town {
    /// Turns a switch in every village's roster. Says in how many it was another before.
    pub fn set_group(&self, by: Actor, typed: &SwitchTyped) -> Result<Result<usize, Refusal>, ActError> {
        let edit = match typed.edit(self.today()) {
            Ok(edit) => edit,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let detail = if typed.on == Some(true) { "group_on" } else { "group_off" };
        let subject = typed.group.map(|group| group.code().to_owned());
        self.audit(&AuditLine { subject, ..AuditLine::new(by, Action::Administered, detail) })?;
        self.in_every_roster(&edit).map(Ok)
    }

    /// Keeps a group on where it was in use before there were switches: work must not stop with an upgrade. The day on which
    /// it is to be looked at is the day of the upgrade, so the first digest says it. A village whose roster has turned any
    /// switch is left alone.
    pub(crate) fn keep_groups_in_use(&self) -> Result<(), ActError> {
        for roster in self.documents_of(DocKind::Roster)? {
            let terms = match self.terms(Some(roster)) {
                Ok(terms) => terms,
                // One damaged roster must not keep the whole township shut; `verify` tells of it.
                Err(TownError::Gate(_)) => continue,
                Err(why) => return Err(why.into()),
            };
            if terms.switches.turned().next().is_some() {
                continue;
            }
            let mut edit = Edit::new();
            for (group, column, none) in
                [(Group::Residents, "residents", ViewValue::Int(0)), (Group::Care, "care", ViewValue::Null)]
            {
                let village = Op::Eq(ViewValue::Text(roster.to_string()));
                let query = Query::default().filter("village", village).filter(column, Op::Ne(none));
                if self.store.read()?.count("households", &query.filters)? > 0 {
                    edit.extend(Switch::found_in_use(self.today()).put(group));
                }
            }
            if !edit.is_empty() {
                self.write(roster, |_| Ok::<_, ActError>(edit.clone()))?;
            }
        }
        Ok(())
    }
}
