//! What is written into a roster: the village, a worker, a grid.

use std::collections::BTreeSet;

use crate::document::Edit;
use crate::draft::{AreaCode, FieldId, PersonName, Phone, Refusal, ShortText};
use crate::ids::{DocId, RecordId, WorkerId};
use crate::private::Private;
use crate::roster::{Exempt, GridKind, Role};

/// A village as typed.
#[derive(Clone, Debug, Default)]
pub struct RosterForm {
    /// The village's name; needed.
    pub name: String,
    /// The town's name; needed.
    pub town: String,
    /// The 12-digit code, if it is known.
    pub area: String,
}

/// A village fit to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct RosterDraft {
    name: ShortText,
    town: ShortText,
    area: Option<AreaCode>,
}

impl RosterDraft {
    /// Parses a form.
    pub fn new(form: &RosterForm) -> Result<Self, Refusal> {
        let area = Some(form.area.as_str()).filter(|area| !area.trim().is_empty());
        Ok(RosterDraft {
            name: ShortText::parse(FieldId::Village, &form.name)?,
            town: ShortText::parse(FieldId::Town, &form.town)?,
            area: area.map(|area| AreaCode::parse(FieldId::Area, area)).transpose()?,
        })
    }

    pub(crate) fn edit(&self) -> Edit {
        let mut edit = Edit::new();
        edit.put_value("name", Some(&self.name));
        edit.put_value("town", Some(&self.town));
        edit.put_value("area", self.area.as_ref());
        edit
    }
}

/// A worker as typed.
#[derive(Clone, Debug, Default)]
pub struct WorkerForm {
    /// Name; needed.
    pub name: Private<String>,
    /// Phone.
    pub phone: Private<String>,
    /// What they may do; empty writes nothing.
    pub roles: BTreeSet<Role>,
    /// Their branch.
    pub branch: String,
    /// Their grids; empty writes nothing.
    pub grids: BTreeSet<RecordId>,
    /// Why they are exempt from links.
    pub exempt: Option<Exempt>,
}

/// A worker fit to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkerDraft {
    name: PersonName,
    phone: Option<Phone>,
    roles: BTreeSet<Role>,
    branch: Option<ShortText>,
    grids: BTreeSet<RecordId>,
    exempt: Option<Exempt>,
}

impl WorkerDraft {
    /// Parses a form.
    pub fn new(form: &WorkerForm) -> Result<Self, Refusal> {
        Ok(WorkerDraft {
            name: PersonName::parse(FieldId::Name, &form.name)?,
            phone: Phone::parse_optional(FieldId::Phone, &form.phone)?,
            roles: form.roles.clone(),
            branch: ShortText::parse_optional(FieldId::Branch, &form.branch)?,
            grids: form.grids.clone(),
            exempt: form.exempt,
        })
    }

    pub(crate) fn edit(&self, id: WorkerId) -> Edit {
        let mut edit = Edit::new();
        edit.put_value(format!("worker/{id}/name"), Some(&self.name));
        edit.put_value(format!("worker/{id}/phone"), self.phone.as_ref());
        edit.put_value(format!("worker/{id}/roles"), Some(&self.roles).filter(|roles| !roles.is_empty()));
        edit.put_value(format!("worker/{id}/branch"), self.branch.as_ref());
        edit.put_value(format!("worker/{id}/grids"), Some(&self.grids).filter(|grids| !grids.is_empty()));
        edit.put_value(format!("worker/{id}/exempt"), self.exempt.as_ref());
        edit
    }
}

/// A grid as typed.
#[derive(Clone, Debug, Default)]
pub struct GridForm {
    /// Name; needed.
    pub name: String,
    /// Kind.
    pub kind: Option<GridKind>,
    /// The branch it belongs to.
    pub branch: String,
    /// Its leader.
    pub leader: Option<WorkerId>,
    /// Its node household.
    pub node: Option<DocId>,
}

/// A grid fit to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct GridDraft {
    name: ShortText,
    kind: Option<GridKind>,
    branch: Option<ShortText>,
    leader: Option<WorkerId>,
    node: Option<DocId>,
}

impl GridDraft {
    /// Parses a form.
    pub fn new(form: &GridForm) -> Result<Self, Refusal> {
        Ok(GridDraft {
            name: ShortText::parse(FieldId::Grid, &form.name)?,
            kind: form.kind,
            branch: ShortText::parse_optional(FieldId::Branch, &form.branch)?,
            leader: form.leader,
            node: form.node,
        })
    }

    pub(crate) fn edit(&self, id: RecordId) -> Edit {
        let mut edit = Edit::new();
        edit.put_value(format!("grid/{id}/name"), Some(&self.name));
        edit.put_value(format!("grid/{id}/kind"), self.kind.as_ref());
        edit.put_value(format!("grid/{id}/branch"), self.branch.as_ref());
        edit.put_value(format!("grid/{id}/leader"), self.leader.as_ref());
        edit.put_value(format!("grid/{id}/node"), self.node.as_ref());
        edit
    }
}
